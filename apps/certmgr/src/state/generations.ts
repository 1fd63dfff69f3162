import { lstatSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureDirectory, readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import { parseSigningKey } from '@easycerts/shared/key'
import { parseCertificateChain } from '@easycerts/shared/x509'
import { combinedPem, type KeyPair } from '../disk/index.ts'

/** A certificate that was published, kept with its key in one file that only certmgr reads. */
export interface Generation {
  readonly number: number
  readonly serialNumber: string
  readonly profile: string
  readonly keptAt: Date
  readonly path: string
}

const NAME = /^(\d{6})-((?:[0-9a-f]{2}){1,21})-([a-z0-9][a-z0-9-]{0,62})\.pem$/
const KEY_BEGINS = '-----BEGIN PRIVATE KEY-----'

/** Of one spec, the newest first; none where nothing was kept yet, or it cannot be read. */
export const readGenerations = (directory: string, spec: string): Generation[] =>
  namesIn(join(directory, spec))
    .toSorted()
    .reverse()
    .flatMap((name) => {
      const [, digits, serialNumber, profile] = NAME.exec(name) ?? []
      if (digits === undefined || serialNumber === undefined || profile === undefined) return []
      const path = join(directory, spec, name)
      const stats = lstatSync(path, { throwIfNoEntry: false })
      return stats
        ? [{ number: Number(digits), serialNumber, profile, keptAt: stats.mtime, path }]
        : []
    })

/** Undefined for one that is damaged, or open to others than `uid` and root. */
export const openGeneration = ({ path }: Generation, uid: number): KeyPair | undefined => {
  try {
    const text = readSecretFile(path, uid)
    const keyAt = text.indexOf(KEY_BEGINS)
    return {
      chain: parseCertificateChain(text.slice(0, keyAt)),
      key: parseSigningKey(text.slice(keyAt)),
    }
  } catch {
    return undefined
  }
}

/** Writes down the next generation of a spec, whole or not at all. */
export const keepGeneration = async (
  directory: string,
  {
    spec,
    profile,
    pair,
  }: { readonly spec: string; readonly profile: string; readonly pair: KeyPair },
): Promise<void> => {
  const [newest] = readGenerations(directory, spec)
  const number = String((newest?.number ?? 0) + 1).padStart(6, '0')
  const own = join(directory, spec)
  await ensureDirectory(directory, 0o700)
  await ensureDirectory(own, 0o700)
  const path = join(own, `${number}-${pair.chain[0].serialNumber}-${profile}.pem`)
  await writeFileDurably({ path, content: combinedPem(pair), mode: 0o600 })
}

/** Specs of which something is kept. */
export const keptSpecs = (directory: string): string[] => namesIn(directory)

/** Everything that is kept of a spec. */
export const forgetSpec = async (directory: string, spec: string): Promise<void> => {
  await rm(join(directory, spec), { recursive: true, force: true })
}

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'))
  } catch {
    return []
  }
}

import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import * as v from 'valibot'
import { readJsonIfAny } from './read-json.ts'

/** PEM of each purpose's bundle, as the CA last told. */
export type TrustBundles = Readonly<Record<string, string>>

const schema = v.record(v.string(), v.string())

export const readKnownTrust = (path: string): TrustBundles | undefined =>
  readJsonIfAny(path, schema)

export const writeKnownTrust = async (path: string, bundles: TrustBundles): Promise<void> => {
  await ensureDirectory(dirname(path), 0o700)
  const content = `${JSON.stringify(bundles, null, 2)}\n`
  await writeFileDurably({ path, content, mode: 0o600 })
}

/** CAs that may stand behind a certificate of a component; the enrolment CA's are for easycerts alone. */
export const authoritiesOf = (bundles: TrustBundles): Certificate[] => {
  const pems = Object.entries(bundles).filter(([purpose]) => purpose !== 'enrolment')
  const all = pems.flatMap(([, pem]) =>
    decodePemBlocks(pem).map(({ der }) => parseCertificate(der)),
  )
  return [...new Map(all.map((certificate) => [certificate.fingerprint, certificate])).values()]
}

import { parseJson } from '@easycerts/shared/encoding'
import { type FileWrite, readSecretFile } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import type { DataPaths } from '../config/data-paths.ts'

const hex = (octets: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${octets * 2}}$`)))

/** What a data directory says about its own keys; none of it is secret. */
const recordSchema = v.variant('method', [
  v.strictObject({ method: v.literal('plaintext') }),
  v.strictObject({ method: v.literal('systemd-creds') }),
  v.strictObject({
    method: v.literal('passphrase'),
    /** scrypt (RFC 7914) parameters. */
    cost: v.number(),
    blockSize: v.number(),
    salt: hex(16),
    /** SHA-256 of the derived key, to tell a wrong passphrase from a damaged file. */
    check: hex(32),
  }),
])

export type ProtectionRecord = v.InferOutput<typeof recordSchema>

export const protectionRecordFile = (paths: DataPaths, record: ProtectionRecord): FileWrite => ({
  path: paths.keyProtection,
  content: `${JSON.stringify(record)}\n`,
  mode: 0o600,
})

export const readProtectionRecord = (paths: DataPaths, uid: number): ProtectionRecord => {
  const parsed = v.safeParse(recordSchema, parseJson(readSecretFile(paths.keyProtection, uid)))
  if (!parsed.success)
    throw new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', `${paths.keyProtection} is damaged`)
  return parsed.output
}

import { join } from 'node:path'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { headText, type SignedHead, verifySignedHead } from '@easycerts/shared/issuance-log'
import * as v from 'valibot'
import { ensureDirectory, readTextFileIfAny, writeFileDurably } from '../files/index.ts'

const witnessSchema = v.strictObject({
  version: v.literal(1),
  /** SPKI DER of the key that signs the log, base64url. */
  publicKey: v.string(),
  head: headText,
})

/** The highest head that this node has seen, and the key that signed it. */
export interface WitnessRecord {
  readonly publicKey: Buffer
  readonly signed: SignedHead
}

const pathIn = (directory: string): string => join(directory, 'log-head.json')

/** ERR_LOG_MALFORMED for a file that is there and is none: what it knew is not to be forgotten. */
export const loadWitnessRecord = (directory: string): WitnessRecord | undefined => {
  const path = pathIn(directory)
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(witnessSchema, parseJson(text))
  if (!parsed.success)
    throw new EasycertsError('ERR_LOG_MALFORMED', `${path} is no record of a log`, {
      hint: 'join the node again with a new ticket',
    })
  const publicKey = Buffer.from(parsed.output.publicKey, 'base64url')
  return { publicKey, signed: verifySignedHead(parsed.output.head, publicKey) }
}

export const saveWitnessRecord = async (
  directory: string,
  { publicKey, signed }: WitnessRecord,
): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  const record = {
    version: 1,
    publicKey: publicKey.toString('base64url'),
    head: signed.text,
  }
  const content = `${JSON.stringify(record, null, 2)}\n`
  await writeFileDurably({ path: pathIn(directory), content, mode: 0o600 })
}

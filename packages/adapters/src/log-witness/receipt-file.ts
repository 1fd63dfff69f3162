import { join } from 'node:path'
import { parseJson } from '@easycerts/shared/encoding'
import { type LogReceipt, logReceiptSchema } from '@easycerts/shared/issuance-log'
import * as v from 'valibot'
import { ensureDirectory, readTextFileIfAny, writeFileDurably } from '../files/index.ts'

/** The current identity, its predecessor, and successors under way. */
const KEPT = 4

const keptSchema = v.array(v.strictObject({ fingerprint: v.string(), receipt: logReceiptSchema }))

const pathIn = (directory: string): string => join(directory, 'log-receipts.json')

const load = (directory: string): v.InferOutput<typeof keptSchema> => {
  const parsed = v.safeParse(keptSchema, parseJson(readTextFileIfAny(pathIn(directory)) ?? ''))
  return parsed.success ? parsed.output : []
}

/** Proof that the CA's log held the issuance of an identity of this node; lost proof is none. */
export const loadReceipt = (directory: string, fingerprint: string): LogReceipt | undefined =>
  load(directory).find((kept) => kept.fingerprint === fingerprint)?.receipt

export const saveReceipt = async (
  directory: string,
  fingerprint: string,
  receipt: LogReceipt,
): Promise<void> => {
  const others = load(directory).filter((kept) => kept.fingerprint !== fingerprint)
  await ensureDirectory(directory, 0o700)
  const content = `${JSON.stringify([{ fingerprint, receipt }, ...others].slice(0, KEPT), null, 2)}\n`
  await writeFileDurably({ path: pathIn(directory), content, mode: 0o600 })
}

import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import * as v from 'valibot'
import { ALARM_REASONS, type AlarmReason, type ProofBook } from '../plan/index.ts'
import { instantSchema, readJsonIfAny } from './read-json.ts'

/** What was proved of the use of certificates, which outlives a crash: no restart is made twice. */
export interface ProofFile {
  current(): ProofBook
  /** Durable when it resolves. */
  save(book: ProofBook): Promise<void>
}

const serialNumber = v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){1,21}$/))

const schema = v.record(
  v.string(),
  v.object({
    serialNumber,
    state: v.picklist(['waiting', 'proven', 'alarm']),
    since: v.exactOptional(instantSchema),
    escalation: v.exactOptional(v.picklist(['wanted', 'made'])),
    provenAt: v.exactOptional(instantSchema),
    reason: v.exactOptional(v.picklist(Object.keys(ALARM_REASONS) as AlarmReason[])),
    servedSerialNumber: v.exactOptional(serialNumber),
    deadline: v.exactOptional(v.object({ forceAt: instantSchema, notAfter: instantSchema })),
  }),
)

export const readProofs = (path: string): ProofBook => readJsonIfAny(path, schema) ?? {}

export const openProofFile = (path: string): ProofFile => {
  let book = readProofs(path)
  return {
    current: () => book,
    save: async (next) => {
      if (textOf(next) !== textOf(book)) {
        await ensureDirectory(dirname(path), 0o700)
        await writeFileDurably({ path, content: textOf(next), mode: 0o600 })
      }
      book = next
    },
  }
}

const textOf = (book: ProofBook): string => {
  const entries = Object.entries(book).map(([name, record]) => [
    name,
    { ...record, nextLookAt: undefined },
  ])
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`
}

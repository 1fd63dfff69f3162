import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { demandedActionSchema } from '@easycerts/shared/certificate-spec'
import { dirname } from 'node:path'
import * as v from 'valibot'
import { afterRestart, type PendingActions } from '../plan/index.ts'
import { instantSchema, readJsonIfAny } from './read-json.ts'

/** The pending actions, which outlive a crash: a change of files that nobody was told of must not stay. */
export interface ActionLedger {
  current(): PendingActions
  /** Durable when it resolves. */
  update(change: (pending: PendingActions) => PendingActions): Promise<void>
}

const deadlineSchema = v.object({ forceAt: instantSchema, notAfter: instantSchema })

const ledgerSchema = v.array(
  v.object({
    action: demandedActionSchema,
    set: v.string(),
    deadline: v.exactOptional(deadlineSchema),
  }),
)

export const openActionLedger = (path: string): ActionLedger => {
  const stored = readJsonIfAny(path, ledgerSchema) ?? []
  let pending = afterRestart(stored.map((each) => ({ ...each, state: 'due' as const })))
  return {
    current: () => pending,
    update: async (change) => {
      const next = change(pending)
      if (textOf(next) !== textOf(pending)) {
        await ensureDirectory(dirname(path), 0o700)
        await writeFileDurably({ path, content: textOf(next), mode: 0o600 })
      }
      pending = next
    },
  }
}

/** Attempts are not kept: after a start everything is tried at once. */
const textOf = (pending: PendingActions): string =>
  `${JSON.stringify(
    pending.map(({ action, set, deadline }) => ({ action, set, deadline })),
    null,
    2,
  )}\n`

import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { leasedComponentSchema, leaseIdSchema } from '@easycerts/shared/restart-lease'
import * as v from 'valibot'
import type { LeaseBook, RestartRecord } from '../plan/index.ts'
import { instantSchema, readJsonIfAny } from './read-json.ts'

/** Another node with the same component, as the CA last told. */
export interface ToldMember {
  readonly node: string
  readonly address: string | null
}

export interface LeaseState {
  readonly restarts: LeaseBook
  /** By component. */
  readonly members: Readonly<Record<string, readonly ToldMember[]>>
}

/** Restarts that need a lease, which outlive a crash: none is made twice, and no lease is forgotten. */
export interface LeaseFile {
  current(): LeaseState
  /** Durable when it resolves. */
  save(state: LeaseState): Promise<void>
}

const schema = v.object({
  restarts: v.record(
    leasedComponentSchema,
    v.object({
      id: leaseIdSchema,
      state: v.picklist(['asking', 'acting', 'proving', 'unproven', 'over']),
      expiresAt: v.exactOptional(instantSchema),
      awaySince: v.exactOptional(instantSchema),
      actedAt: v.exactOptional(instantSchema),
      right: v.exactOptional(v.picklist(['lease', 'bound', 'members', 'emergency'])),
    }),
  ),
  members: v.record(
    leasedComponentSchema,
    v.array(v.object({ node: v.string(), address: v.nullable(v.string()) })),
  ),
})

const NOTHING: LeaseState = { restarts: {}, members: {} }

export const openLeaseFile = (path: string): LeaseFile => {
  let state: LeaseState = readJsonIfAny(path, schema) ?? NOTHING
  return {
    current: () => state,
    save: async (next) => {
      if (textOf(next) !== textOf(state)) {
        await ensureDirectory(dirname(path), 0o700)
        await writeFileDurably({ path, content: textOf(next), mode: 0o600 })
      }
      state = next
    },
  }
}

const textOf = ({ restarts, members }: LeaseState): string => {
  const kept = Object.entries(restarts).map(([component, record]) => [component, keptOf(record)])
  return `${JSON.stringify({ restarts: Object.fromEntries(kept) as unknown, members }, null, 2)}\n`
}

const keptOf = (record: RestartRecord): unknown => ({
  ...record,
  asked: undefined,
  wait: undefined,
  nextAt: undefined,
})

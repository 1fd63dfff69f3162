import { addDuration, type Clock, type Duration } from '@easycerts/shared/time'
import { formatReconciliation } from './reconciliation.ts'
import type { Store, Writing } from './store/index.ts'
import { logStateOf } from './log-state.ts'

export interface EpochWish {
  readonly store: Store
  readonly clock: Clock
  readonly operator: string
  /** When the records were as they are. */
  readonly backupAt: string
  /** How long identities that these records lack may still be adopted. */
  readonly reconcileFor: Duration
}

export interface StartedEpoch {
  readonly epoch: number
  readonly previous: { readonly epoch: number; readonly size: number; readonly root: string }
  readonly revokedTickets: readonly string[]
  readonly reconcileUntil: Date
}

/**
 * The first change of restored records: a new epoch, so that nodes tell this store from the one
 * that they saw and refuse the older; open tickets end; adoption begins. All of it or none.
 */
export const beginEpoch = ({
  store,
  clock,
  operator,
  backupAt,
  reconcileFor,
}: EpochWish): Promise<StartedEpoch> =>
  store.transact(async (writing) => {
    const now = clock()
    const at = now.toISOString()
    const reconcileUntil = addDuration(now, reconcileFor)
    const previous = {
      epoch: Number((await writing.findMeta('epoch')) ?? '0'),
      ...(await logStateOf(writing)),
    }
    const epoch = nextEpoch(previous.epoch, now)
    const actor = `operator ${operator}`
    await writing.putMeta('epoch', String(epoch))
    await writing.appendLog({
      at,
      kind: 'epoch-started',
      actor,
      body: { epoch, previous, backupAt, reconcileUntil: reconcileUntil.toISOString() },
    })
    const revokedTickets = await revokeOpenTickets(writing, actor, at)
    const reconciliation = { since: at, until: reconcileUntil.toISOString(), backupAt, previous }
    await writing.putMeta('reconcile', formatReconciliation(reconciliation))
    return { epoch, previous, revokedTickets, reconcileUntil }
  })

/** By the clock as well as by count: one backup restored twice makes two epochs. */
const nextEpoch = (previous: number, now: Date): number =>
  Math.max(previous + 1, Math.floor(now.getTime() / 1000))

const revokeOpenTickets = async (
  writing: Writing,
  actor: string,
  at: string,
): Promise<string[]> => {
  const open = await writing.listOpenTickets(at)
  for (const { id, node } of open) {
    await writing.revokeTicket(id, at)
    const body = { ticket: id, node, reason: 'restore' }
    await writing.appendLog({ at, kind: 'ticket-revoked', actor, body })
  }
  return open.map(({ id }) => id)
}

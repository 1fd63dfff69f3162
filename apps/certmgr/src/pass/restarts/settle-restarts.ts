import {
  leaseOf,
  parseProofAddress,
  proofWindow,
  restartOfProof,
} from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { GUARDED_COMPONENTS } from '@easycerts/shared/restart-lease'
import { addDuration, minutes } from '@easycerts/shared/time'
import { isAhead, isPast, leaseWait, planRelease, type RestartRecord } from '../../plan/index.ts'
import { giveLeaseBack } from './ask-for-lease.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { healthOf } from './look-at-members.ts'
import { type Provable, provableOf } from '../proofs/look-at-use.ts'
import { provesUse } from '../proofs/proves-use.ts'
import { recordFailure } from '../record-outcome.ts'
import { survey } from '../survey.ts'

/** Without a proof that says how long it may take. */
const DEFAULT_WINDOW = minutes(2)

/** Looks whether what was restarted works again, and gives its lease back. Returns when to look again. */
export const settleRestarts = async (context: CertmgrContext, memory: Memory): Promise<Date[]> => {
  const { leases, ledger, clock, signal } = context
  for (const [component, record] of Object.entries(leases.current().restarts)) {
    if (signal.aborted) return []
    const isWanted = ledger.current().some(({ action }) => leaseOf(action) === component)
    if (isWanted || (record.nextAt && isAhead(record.nextAt, clock()))) continue
    const next = await settle(context, memory, component, record)
    await save(context, component, next)
  }
  return Object.values(leases.current().restarts).flatMap(({ nextAt }) => nextAt ?? [])
}

const save = async (
  { leases }: CertmgrContext,
  component: string,
  next: RestartRecord | undefined,
): Promise<void> => {
  const { restarts, members } = leases.current()
  const others = Object.entries(restarts).filter(([name]) => name !== component)
  await leases.save({
    restarts: Object.fromEntries([...others, ...(next ? [[component, next] as const] : [])]),
    members,
  })
}

/** Undefined once nothing is left to be done. */
const settle = async (
  context: CertmgrContext,
  memory: Memory,
  component: string,
  record: RestartRecord,
): Promise<RestartRecord | undefined> => {
  if (record.state === 'asking' || record.state === 'over')
    return giveBack(context, component, record)
  const now = context.clock()
  const { actedAt = now } = record
  const provables = provablesOf(context, memory, component)
  const decision = planRelease({
    isBack: await isBack(context, memory, component, provables),
    actedAt,
    window: Math.max(DEFAULT_WINDOW, ...provables.map(({ proof }) => proofWindow(proof))),
    isHeld: !isPast(record, now),
    now,
  })
  if (decision.kind === 'release') {
    memory.attempts.delete(nameOf(component))
    context.log.info('restart is over', { component })
    return giveBack(context, component, record)
  }
  const state = decision.kind === 'look' ? 'proving' : 'unproven'
  if (decision.kind === 'alarm') alarm(context, memory, component)
  return { ...record, state, actedAt, nextAt: decision.at }
}

const giveBack = async (
  context: CertmgrContext,
  component: string,
  record: RestartRecord,
): Promise<RestartRecord | undefined> => {
  const now = context.clock()
  const isHeard = await giveLeaseBack(context, component, record.id)
  if (isHeard || isPast(record, now)) return undefined
  const asked = (record.asked ?? 0) + 1
  return { ...record, state: 'over', asked, nextAt: addDuration(now, leaseWait(asked)) }
}

const provablesOf = (context: CertmgrContext, memory: Memory, component: string): Provable[] =>
  provesUse(context.config)
    ? survey(context, memory)
        .flatMap(({ finding }) => provableOf(finding))
        .filter(
          ({ spec, proof }) =>
            proof.use === 'server' &&
            restartOfProof(spec).some((each) => leaseOf(each) === component),
        )
    : []

/** Where nothing can be seen of it, the service manager's word is all there is. */
const isBack = async (
  context: CertmgrContext,
  memory: Memory,
  component: string,
  provables: readonly Provable[],
): Promise<boolean> => {
  const seen = await Promise.all(provables.map(({ look }) => look(context)))
  if (!seen.every(({ kind }) => kind === 'new')) return false
  const profile = GUARDED_COMPONENTS[component]?.profile
  const serving = provables.find(
    ({ spec }) => spec.kind === 'Certificate' && spec.profile === profile,
  )
  if (!serving) return true
  const address = parseProofAddress(serving.proof.address)
  return (await healthOf(context, memory, component, address)) !== false
}

/** Under this name its failures stand in status. */
export const nameOf = (component: string): string => `restart-${component}`

/** Once, however often it is looked at. */
const alarm = (context: CertmgrContext, memory: Memory, component: string): void => {
  if (memory.attempts.get(nameOf(component))?.lastFailure.code === 'ERR_NOT_IN_USE') return
  recordFailure(context, memory, nameOf(component), {
    error: new EasycertsError('ERR_NOT_IN_USE', `${component} does not work after its restart`),
    remaining: Number.POSITIVE_INFINITY,
  })
}

import { failureFields } from '@easycerts/adapters/log'
import { escalationOf, proofWindow } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  afterActions,
  afterLook,
  ALARM_REASONS,
  beginPublication,
  endPublication,
  isLookDue,
  type ProofBook,
  type ProofRecord,
  recordFor,
} from '../../plan/index.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { provableBundlesOf } from './look-at-bundle-use.ts'
import { type Provable, provableOf } from './look-at-use.ts'
import { provesUse } from './proves-use.ts'
import { runActions } from '../run-actions.ts'
import { settleRestarts } from '../restarts/settle-restarts.ts'
import { survey } from '../survey.ts'

/**
 * Runs the actions that are due, looks whether their components use what is new, and tries the last
 * thing once for each that does not. Returns when to look again.
 */
export const actAndProve = async (context: CertmgrContext, memory: Memory): Promise<Date[]> => {
  await handOver(context)
  await runActions(context, memory)
  if (!provesUse(context.config)) return settleRestarts(context, memory)
  const provables = [
    ...survey(context, memory).flatMap(({ finding }) => provableOf(finding)),
    ...provableBundlesOf(context),
  ]
  await lookAtAll(context, provables)
  if (await handOver(context)) await runActions(context, memory)
  const settled = await settleRestarts(context, memory)
  return [...settled, ...provables.flatMap((provable) => wakeOf(context, provable))]
}

const setOf = (name: string): string => `proof-${name}`

/**
 * Escalations that are wanted become actions. The ledger has each before its record says so, and runs
 * none in between: a crash makes none of them twice and forgets none.
 */
const handOver = async ({ ledger, proofs, specs }: CertmgrContext): Promise<boolean> => {
  const book = proofs.current()
  const wanted = Object.entries(book).filter(([, { escalation }]) => escalation === 'wanted')
  for (const [name, { deadline }] of wanted) {
    const spec = specs.files.find((each) => each.spec.name === name)?.spec
    const action = spec && escalationOf(spec)
    if (action)
      await ledger.update((pending) =>
        endPublication(beginPublication(pending, setOf(name), [action], deadline), setOf(name)),
      )
  }
  const made = wanted.map(([name, record]) => [name, { ...record, escalation: 'made' }] as const)
  await proofs.save({ ...book, ...Object.fromEntries(made) })
  return wanted.length > 0
}

const lookAtAll = async (
  context: CertmgrContext,
  provables: readonly Provable[],
): Promise<void> => {
  const { proofs, specs, signal } = context
  const book = proofs.current()
  const looked = await Promise.all(provables.map((each) => lookAt(context, each)))
  if (signal.aborted) return
  const names = new Set(specs.files.flatMap(({ spec }) => (spec.proof ? [spec.name] : [])))
  const kept = Object.entries(book).filter(([name]) => names.has(name))
  const next: ProofBook = Object.fromEntries([...kept, ...looked])
  await proofs.save(next)
  for (const [name, record] of looked) tell(context, name, book[name], record)
}

const lookAt = async (
  context: CertmgrContext,
  provable: Provable,
): Promise<readonly [name: string, ProofRecord]> => {
  const { spec, id, proof } = provable
  const record = recordFor(context.proofs.current()[spec.name], id)
  if (hasActionsLeft(context, provable) || !isLookDue(record, context.clock()))
    return [spec.name, record]
  const begun = afterActions(record, context.clock())
  const seen = await provable.look(context)
  const after = afterLook(begun, {
    seen,
    window: proofWindow(proof),
    use: proof.use,
    canEscalate: escalationOf(spec) !== undefined,
    now: context.clock(),
  })
  return [spec.name, after]
}

const hasActionsLeft = ({ ledger }: CertmgrContext, { spec, set: own }: Provable): boolean =>
  ledger.current().some(({ set }) => set === own || set === setOf(spec.name))

/** What has changed, once. */
const tell = (
  { log, specs }: CertmgrContext,
  name: string,
  before: ProofRecord | undefined,
  after: ProofRecord,
): void => {
  const serial = after.serialNumber
  const what = specs.trustBundles.some((spec) => spec.name === name) ? 'bundle' : 'certificate'
  if (after.state === 'proven' && before?.provenAt?.getTime() !== after.provenAt?.getTime())
    log.info(`${what} is in use`, { name, serial })
  if (after.escalation === 'wanted') log.warn(`old ${what} still in use`, { name, serial })
  if (after.state === 'alarm' && before?.reason !== after.reason)
    log.error('failed', { name, serial, ...failureFields(alarmOf(after)) })
}

const alarmOf = ({ reason }: ProofRecord): EasycertsError =>
  new EasycertsError('ERR_NOT_IN_USE', ALARM_REASONS[reason ?? 'other'])

/** What waits for an action is looked at when that is done. */
const wakeOf = (context: CertmgrContext, provable: Provable): Date[] => {
  const record = context.proofs.current()[provable.spec.name]
  if (!record || record.state === 'proven' || hasActionsLeft(context, provable)) return []
  return [record.nextLookAt ?? context.clock()]
}

import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import type { NodeReport } from '@easycerts/shared/node-report'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import type { NodeRequester } from '../identify-node.ts'
import { requireCurrent, requireStillCurrent } from '../identities.ts'
import type { NodeChangeRow, Writing } from '../store/index.ts'
import { changeHosts } from './change-hosts.ts'
import { hostsOfMachine, judgeReport, type ReportVerdict } from './judge-report.ts'
import { REPORT_RETRY_AFTER } from './report-ledger.ts'
import { noteRefusedHosts } from './note-refused-hosts.ts'

/** none: nothing is asked for; open: an operator decides; applied: policy has made the change. */
export type ReportOutcome = 'none' | 'open' | 'applied'

/**
 * Takes down what a node tells of itself, and what follows for its hosts by policy. A report that
 * says the same as the last is answered without a write. ERR_NAME_INVALID, ERR_RATE_LIMITED.
 */
export const receiveReport = async (
  authority: Authority,
  requester: NodeRequester,
  report: NodeReport,
): Promise<ReportOutcome> => {
  requireCurrent(requester)
  const { store, reports, clock } = authority
  const { node } = requester
  const now = clock()
  // What is refused for its form counts as nothing that the node told.
  hostsOfMachine(report.machine, node.name)
  const note = reports.note(node.name, report, now)
  if (note === 'too-many')
    throw new EasycertsError('ERR_RATE_LIMITED', 'this node reports something new too often', {
      retryAfter: REPORT_RETRY_AFTER,
    })
  if (note === 'same') return (await isOpen(authority, node.name)) ? 'open' : 'none'
  const { verdict, known } = await store.read(async (reading) => ({
    verdict: await judgeReport(authority, reading, node, report.machine),
    known: await reading.findNodeChange(node.name),
  }))
  if (verdict.kind === 'refused') await noteRefusedHosts(authority, requester, verdict.refused)
  if (note !== 'news' && !isNews(verdict, known)) return outcomeOf(verdict)
  return store
    .transact(async (writing) => {
      await requireStillCurrent(writing, requester)
      if (note === 'news')
        await writing.putNodeReport({ node: node.name, receivedAt: now.toISOString(), report })
      // Of another request, or an operator's, that was faster.
      const fresh = { ...node, hosts: (await writing.findNode(node.name))?.hosts ?? node.hosts }
      return record(authority, writing, fresh, report)
    })
    .catch((error: unknown) => {
      reports.forget(node.name)
      throw error
    })
}

const isOpen = ({ store }: Authority, node: string): Promise<boolean> =>
  store.read(async (reading) => ((await reading.findNodeChange(node))?.pending ?? null) !== null)

const outcomeOf = (verdict: ReportVerdict): ReportOutcome =>
  verdict.kind !== 'change' || verdict.decision.kind === 'refuse'
    ? 'none'
    : verdict.decision.kind === 'ask'
      ? 'open'
      : 'applied'

/** Whether a verdict differs from what is on record. */
const isNews = (verdict: ReportVerdict, known: NodeChangeRow | undefined): boolean => {
  const outcome = outcomeOf(verdict)
  if (outcome === 'applied') return true
  if (outcome === 'open' && verdict.kind === 'change')
    return known?.pending?.id !== verdict.pending.id || known.pending.why !== verdict.pending.why
  return (
    (known?.pending ?? null) !== null ||
    (verdict.kind === 'settled' &&
      JSON.stringify(verdict.settled) !== JSON.stringify(known?.settled ?? null))
  )
}

const NOTHING_KNOWN = { settled: null, changedAt: null, allowedAt: null }
const NOTHING_PENDING = { pending: null, pendingSince: null }

const record = async (
  authority: Authority,
  writing: Writing,
  node: NodeFacts,
  report: NodeReport,
): Promise<ReportOutcome> => {
  const verdict = await judgeReport(authority, writing, node, report.machine)
  const known = await writing.findNodeChange(node.name)
  if (!isNews(verdict, known)) return outcomeOf(verdict)
  const kept = { ...NOTHING_KNOWN, ...known, node: node.name }
  const at = authority.clock().toISOString()
  const outcome = outcomeOf(verdict)
  if (verdict.kind === 'settled')
    await writing.putNodeChange({ ...kept, ...NOTHING_PENDING, settled: verdict.settled })
  else if (verdict.kind === 'refused' || outcome === 'none')
    await writing.putNodeChange({ ...kept, ...NOTHING_PENDING })
  else if (outcome === 'open') {
    const { pending } = verdict
    await writing.putNodeChange({ ...kept, pending, pendingSince: at })
    await tellOfQuestion(authority, writing, node, verdict)
  } else
    await changeHosts(authority, writing, {
      node,
      actor: `node ${node.name}`,
      pending: verdict.pending,
      after: verdict.after,
      isByPolicy: true,
    })
  return outcome
}

/** Once an hour for each node: addresses that come and go must not fill the log. */
const tellOfQuestion = async (
  authority: Authority,
  writing: Writing,
  node: NodeFacts,
  { pending: { added, gone, why } }: Extract<ReportVerdict, { kind: 'change' }>,
): Promise<void> => {
  const actor = `node ${node.name}`
  const note = authority.hostQuestions.note(actor, authority.clock())
  if (!note.isNews) return
  const valuesOf = (hosts: typeof added): string[] => hosts.map(({ value }) => value)
  await writing.appendLog(
    actorAt(authority, 'node-change-asked', actor, {
      node: node.name,
      added: valuesOf(added),
      gone: valuesOf(gone),
      why,
      earlierUnrecorded: note.unrecorded,
    }),
  )
}

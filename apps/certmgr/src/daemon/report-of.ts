import {
  type CertmgrContext,
  type Memory,
  provableBundlesOf,
  provesUse,
  survey,
} from '../pass/index.ts'
import { buildReport, type Report } from '../report/index.ts'
import { readHistories } from '../state/index.ts'
import { type OwnFacts, statusOf } from './status-of.ts'

/** What status would show, from inside the daemon. */
export const reportOf = (context: CertmgrContext, memory: Memory, own: OwnFacts): Report => {
  const { store, trust, specs, proofs, config, clock } = context
  return buildReport({
    surveyed: survey(context, memory),
    identity: store.load(),
    suggestions: memory.suggestions,
    provableBundles: provableBundlesOf(context),
    histories: readHistories(context.paths.generations, specs.certificates),
    trust: trust.load(),
    proofs: provesUse(config) ? proofs.current() : undefined,
    node: store.loadRecord()?.node.name,
    status: statusOf(context, memory, own),
    daemon: { state: 'running', pid: own.pid, since: own.startedAt },
    faults: specs.faults,
    isJoinExpected: config.isJoinExpected,
    now: clock(),
  })
}

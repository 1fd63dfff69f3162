import { loadOwnerIds } from '@easycerts/adapters/files'
import { findIdentityHolder, openIdentityStore } from '@easycerts/adapters/identity-store'
import { trustStoreOf } from '../daemon/index.ts'
import { provesUse, survey } from '../pass/index.ts'
import { buildReport, type Report, renderReport } from '../report/index.ts'
import { loadAllSpecs } from '../specs/index.ts'
import { readKnown, readProofs, readStatus, type Status, statePaths } from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf } from './config-of.ts'

/** EX_TEMPFAIL: something is expired or failing. */
const NOT_WELL = 75

/** `certmgr status`: reads only, and needs no daemon. `known`: what this very process found out. */
export const runStatus = async (
  context: Pick<CommandContext, 'terminal' | 'clock' | 'uid'> &
    Partial<Pick<CommandContext, 'environment'>>,
  options: GlobalOptions,
  known?: Status,
): Promise<number> => {
  const { terminal, clock, uid } = context
  const config = configOf(context, options)
  const specs = loadAllSpecs(config)
  const paths = statePaths(config.state)
  const store = openIdentityStore(config.identity, uid)
  const place = { root: config.root, ids: loadOwnerIds(config.root, uid) }
  const { status, daemon } = known
    ? { status: known, daemon: { state: 'not running' } as const }
    : findDaemon(config.identity, paths.status)
  const trust = trustStoreOf(config)
  const memory = {
    ...readKnown({ paths, trust, place }),
    attempts: new Map(Object.entries(status?.attempts ?? {})),
  }
  const now = clock()
  const report = buildReport({
    surveyed: survey({ specs, place, paths, clock }, memory),
    identity: store.load(),
    suggestions: memory.suggestions,
    trust: trust.load(),
    proofs: provesUse(config) ? readProofs(paths.proofs) : undefined,
    node: store.loadRecord()?.node.name,
    status,
    daemon,
    // What the daemon keeps in force in spite of a fault, only the daemon knows.
    faults: [...new Set([...specs.faults, ...(status?.faults ?? [])].flatMap(linesOf))],
    isJoinExpected: config.isJoinExpected,
    now,
  })
  await terminal.result(report, () => renderReport(terminal, report, now))
  return report.isWell ? 0 : NOT_WELL
}

/** The last words of a daemon that is gone say nothing of now. */
const findDaemon = (
  identity: string,
  path: string,
): { status: Status | undefined; daemon: Report['daemon'] } => {
  const holder = findIdentityHolder(identity)
  const status = readStatus(path)
  return holder && status?.pid === holder.pid
    ? { status, daemon: { state: 'running', pid: holder.pid, since: status.startedAt } }
    : { status: undefined, daemon: { state: 'not running' } }
}

const linesOf = (fault: string): string[] => fault.split('\n')

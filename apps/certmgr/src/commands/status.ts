import { loadOwnerIds } from '@easycerts/adapters/files'
import { findIdentityHolder, openIdentityStore } from '@easycerts/adapters/identity-store'
import { trustStoreOf } from '../daemon/index.ts'
import { createFileParser, type FileParser } from '../disk/index.ts'
import { provableBundlesOf, provesUse, survey } from '../pass/index.ts'
import { buildReport, type Report, renderReport } from '../report/index.ts'
import { type LoadedSpecs, loadAllSpecs } from '../specs/index.ts'
import {
  readHistories,
  readKnown,
  readProofs,
  readStatus,
  type Status,
  statePaths,
} from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf } from './config-of.ts'

/** EX_TEMPFAIL: something is expired or failing. */
const NOT_WELL = 75

/** What this very process has found out in a pass. */
export interface KnownByNow {
  readonly status: Status
  readonly specs: LoadedSpecs
  readonly parser: FileParser
}

/** `certmgr status`: reads only, and needs no daemon. */
export const runStatus = async (
  context: Pick<CommandContext, 'terminal' | 'clock' | 'uid'> &
    Partial<Pick<CommandContext, 'environment'>>,
  options: GlobalOptions,
  known?: KnownByNow,
): Promise<number> => {
  const { terminal, clock, uid } = context
  const config = configOf(context, options)
  const specs = known?.specs ?? loadAllSpecs(config)
  const paths = statePaths(config.state)
  const store = openIdentityStore(config.identity, uid)
  const place = { root: config.root, ids: loadOwnerIds(config.root, uid) }
  const { status, daemon } = known
    ? { status: known.status, daemon: { state: 'not running' } as const }
    : findDaemon(config.identity, paths.status)
  const trust = trustStoreOf(config)
  const memory = {
    ...readKnown({ paths, trust, place }),
    attempts: new Map(Object.entries(status?.attempts ?? {})),
    parser: known?.parser ?? createFileParser(),
  }
  const now = clock()
  const report = buildReport({
    surveyed: survey({ specs, place, paths, clock }, memory),
    identity: store.load(),
    suggestions: memory.suggestions,
    provableBundles: provableBundlesOf({ specs, place }),
    histories: readHistories(paths.generations, specs.certificates),
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

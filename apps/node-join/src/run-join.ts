import {
  type IdentityStore,
  loadPrepared,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import type { JoinSession } from '@easycerts/adapters/join-session'
import { openTrustStore, type TrustStore } from '@easycerts/adapters/trust-store'
import { EasycertsError } from '@easycerts/shared/errors'
import type { KeyAlgorithm } from '@easycerts/shared/key'
import { CA_PATHS, NODE_PATHS, PKI } from '@easycerts/shared/layout'
import type { Ticket } from '@easycerts/shared/ticket'
import type { Programs } from '@easycerts/units/modern'
import type { JoinReport } from './join-report.ts'
import {
  checkWritable,
  existsOn,
  isByTimer,
  type Machine,
  ownNodeName,
  pathOn,
  type Progress,
} from './machine/index.ts'
import { decideJoin, type JoinDecision } from './plan/decide-join.ts'
import {
  type AdoptionChoices,
  findAdoption,
  inAdoptedLayout,
  adoptedUnits,
  lookAtOldDaemon,
  recordAdoption,
  type OldDaemon,
} from './adoption/index.ts'
import { buildJoinPlan, type JoinPlan } from './plan/join-plan.ts'
import { affectedUnits } from './plan/plan-services.ts'
import { refuseUnfinishedReset } from './reset/index.ts'
import { awaitValidity } from './steps/await-validity.ts'
import { holdIdentity } from './steps/hold-identity.ts'
import { lookAtIdentity } from './steps/look-at-identity.ts'
import { learnTrust } from './steps/learn-trust.ts'
import { confirmIdentity, connectAsNode, learnFacts } from './steps/meet-ca.ts'
import { obtainIdentity } from './steps/obtain-identity.ts'
import { type PreparedNode, prepareNode } from './steps/prepare-node.ts'
import { recover } from './steps/recover.ts'
import { NO_SERVICES, startServices } from './steps/start-services.ts'
import { isMarkedUnfinished, markFinished, markUnfinished } from './steps/unfinished-mark.ts'
import { clockWarning, verifyCa } from './steps/verify-ca.ts'

/** What the operator chose. */
export interface JoinChoices {
  /** The node that the operator says this is. */
  readonly node: string | undefined
  readonly mayReplace: boolean
  readonly withUnits: boolean
  readonly withStart: boolean
  readonly keyAlgorithm: KeyAlgorithm
  readonly programs: Programs
  readonly certmgrByTimer?: boolean
  /** Of the old certmgr, where there is one. */
  readonly adoption?: AdoptionChoices
}

interface Run {
  readonly ticket: Ticket
  readonly machine: Machine
  readonly progress: Progress
  readonly choices: JoinChoices
  readonly store: IdentityStore
  readonly trust: TrustStore
  /** As it was before the join stopped it. */
  readonly oldDaemon: OldDaemon
}

/**
 * The whole join. Until the CA is verified it only reads; from then on each step is durable, so
 * that a run with the same ticket goes on from wherever an earlier one was cut short.
 */
export const runJoin = async (
  ticket: Ticket,
  machine: Machine,
  progress: Progress,
  choices: JoinChoices,
): Promise<JoinReport> => {
  refuseUnfinishedReset(machine)
  checkWritable(machine, [PKI, NODE_PATHS.configDirectory, NODE_PATHS.identityDirectory])
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  const store = openIdentityStore(directory, machine.effectiveUid)
  const markDirectory = pathOn(machine, NODE_PATHS.certmgrState)
  const trust = openTrustStore({ directory, markDirectory })
  const oldDaemon = await lookAtOldDaemon(machine)
  const run = { ticket, machine, progress, choices, store, trust, oldDaemon }
  const session = needsCa(decide(run))
    ? await progress.step('verifying the CA', () => verifyCa(ticket, machine))
    : undefined
  const { prepared, plan, wasCutShort } = await holdAndPrepare(run, session)
  const affected = wasCutShort
    ? new Set(plan.stack.units.map(({ name }) => name))
    : affectedUnits(prepared.changed, plan.facts, plan.stack.units)
  const units = [...plan.stack.units, ...adoptedUnits(machine, plan.adoption, prepared.changed)]
  for (const { name } of units.slice(plan.stack.units.length)) affected.add(name)
  const services =
    prepared.hasUnits && choices.withStart
      ? await progress.step('starting services', () => startServices(machine, units, affected))
      : NO_SERVICES
  if (services.failed.length === 0) await markFinished(machine)
  return reportOf(plan, prepared, services, session)
}

const decide = ({ store, ticket, choices: { mayReplace, node } }: Run): JoinDecision => {
  const decision = decideJoin(lookAtIdentity(store), ticket.id, mayReplace)
  const known = decision.kind === 'continue' ? store.loadRecord()?.node.name : undefined
  if (node !== undefined && known !== undefined && known !== node)
    throw new EasycertsError('ERR_NODE_NAME_MISMATCH', `the ticket is for node ${known}`)
  return decision
}

const needsCa = ({ kind }: JoinDecision): boolean => kind === 'ask' || kind === 'ask-again'

interface Prepared {
  readonly prepared: PreparedNode
  readonly plan: JoinPlan
  readonly wasCutShort: boolean
}

/** All that must not happen while certmgr uses the identity. */
const holdAndPrepare = async (run: Run, session: JoinSession | undefined): Promise<Prepared> => {
  const { machine, progress } = run
  const held = await holdIdentity(machine)
  try {
    await recover(machine)
    await progress.step('getting the identity of this node', () => getIdentity(run, session))
    return await prepare(run)
  } finally {
    session?.close()
    await held.release()
  }
}

/** Decides anew: another run may have been faster to the lock. */
const getIdentity = async (run: Run, session: JoinSession | undefined) => {
  const { store, ticket, choices, trust } = run
  const decision = decide(run)
  await obtainIdentity(store, {
    ticketId: ticket.id,
    decision,
    session,
    node: choices.node,
    hostname: ownNodeName(run.machine),
    prepared: loadPrepared(store.directory, run.machine.effectiveUid),
    trust,
    awaitValidity: (what, certificate) => awaitValidity(what, certificate, run.machine),
  })
  const words = {
    continue: 'already there',
    promote: 'taken into use',
    'ask-again': 'received',
    ask: 'received',
  }
  return { value: undefined, done: `identity ${words[decision.kind]}` }
}

const prepare = async ({
  store,
  machine,
  progress,
  choices,
  trust,
  oldDaemon,
}: Run): Promise<Prepared> => {
  const restores: string[] = []
  const client = connectAsNode(store, machine, (message) => restores.push(message))
  try {
    await progress.step('confirming the identity', () => confirmIdentity(store, client))
    const told = await progress.step('asking the CA what this node is', () =>
      learnFacts(store, client, trust),
    )
    const adoption = choices.adoption && findAdoption(machine, told, choices.adoption)
    const reply = inAdoptedLayout(told, adoption)
    const sealedKeys = existsOn(machine, `${CA_PATHS.dataDirectory}/keys/kek.cred`)
    const certmgrByTimer = isByTimer(machine, choices.certmgrByTimer)
    const plan = buildJoinPlan(told, { ...choices, sealedKeys, certmgrByTimer, adoption })
    const wasCutShort = isMarkedUnfinished(machine)
    await markUnfinished(machine)
    if (adoption) await recordAdoption(machine, adoption, oldDaemon)
    const { withUnits } = choices
    const { time, cluster } = reply
    const source = { identity: store, trust, client, time, cluster: cluster.name }
    const followTrust = () => learnTrust(source)
    const wish = { machine, progress, client, reply, plan, withUnits, followTrust }
    const prepared = await prepareNode(wish)
    const warnings = [...restores, ...prepared.warnings]
    return { prepared: { ...prepared, warnings }, plan, wasCutShort }
  } finally {
    client.close()
  }
}

const reportOf = (
  { facts: { node, cluster } }: JoinPlan,
  { certificates, changed, warnings }: PreparedNode,
  services: JoinReport['services'],
  session: JoinSession | undefined,
): JoinReport => {
  const clock = session && clockWarning(session)
  return {
    node: node.name,
    role: node.role,
    cluster: cluster.name,
    certificates,
    changedFiles: changed,
    services,
    warnings: [...(clock === undefined ? [] : [clock]), ...warnings],
  }
}

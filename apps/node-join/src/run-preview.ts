import { loadOwnerIds, readTextFileIfAny } from '@easycerts/adapters/files'
import {
  type IdentityStore,
  loadJoining,
  loadPrepared,
  type NodeRecord,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { CA_PATHS, NODE_PATHS, PKI } from '@easycerts/shared/layout'
import type { Ticket } from '@easycerts/shared/ticket'
import { parseCertificatePem } from '@easycerts/shared/x509'
import {
  checkWritable,
  existsOn,
  isByTimer,
  type Machine,
  ownNodeName,
  pathOn,
} from './machine/index.ts'
import { decideJoin, type JoinDecision } from './plan/decide-join.ts'
import {
  type Adoption,
  findAdoption,
  inAdoptedLayout,
  loadAdoptionRecord,
  obstacleToUnits,
} from './adoption/index.ts'
import { buildJoinPlan, type JoinPlan } from './plan/join-plan.ts'
import type { JoinFacts } from './plan/join-facts.ts'
import type { JoinPreview } from './plan/join-preview.ts'
import { trustBundleFilesOf } from './plan/layout-of-node.ts'
import { affectedUnits, planServices, type ServiceStep } from './plan/plan-services.ts'
import type { JoinChoices } from './run-join.ts'
import { compareCertificates } from './steps/compare-certificates.ts'
import { compareFiles } from './steps/compare-files.ts'
import { lookAtIdentity } from './steps/look-at-identity.ts'
import { reasonNotToStart } from './steps/start-services.ts'
import { clockWarning, verifyCa } from './steps/verify-ca.ts'

type Offer = Pick<JoinPreview, 'ca' | 'ticket'> & {
  readonly facts: JoinFacts
  readonly offered: RouteReply<'joinPlan'>['certificates']
  readonly now: () => Date
  readonly warnings: readonly string[]
}

/**
 * What `runJoin` would do, found out by reading alone: the ticket is not used, and nothing on this
 * machine changes. Fails with what the join would fail with.
 */
export const runPreview = async (
  ticket: Ticket,
  machine: Machine,
  choices: JoinChoices,
): Promise<JoinPreview> => {
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  const store = openIdentityStore(directory, machine.effectiveUid)
  const decision = decideJoin(lookAtIdentity(store), ticket.id, choices.mayReplace)
  const isKept = decision.kind === 'continue' || decision.kind === 'promote'
  const offer = isKept
    ? offerOnDisk(store, ticket, machine)
    : await askCa(store, ticket, machine, choices)
  return previewOf(machine, choices, decision, offer)
}

const askCa = async (
  store: IdentityStore,
  ticket: Ticket,
  machine: Machine,
  { node }: JoinChoices,
): Promise<Offer> => {
  const { value: session } = await verifyCa(ticket, machine)
  try {
    const joining = loadJoining(store.directory)
    const isOurs = joining?.ticketId === ticket.id
    const prepared = loadPrepared(store.directory, machine.effectiveUid)
    const key = isOurs ? joining.keyPin : prepared?.key.publicKey.pin
    const hostname = ownNodeName(machine)
    const reply = await session.plan({
      ...(key === undefined ? {} : { key }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(node === undefined ? {} : { node }),
    })
    const { offset } = session.time
    const clock = clockWarning(session)
    return {
      ca: {
        cluster: reply.cluster.name,
        endpoint: session.endpoint,
        pin: session.server.anchor.pin,
        clockOffset: offset,
      },
      ticket: { id: ticket.id, ...reply.ticket },
      facts: reply,
      offered: reply.certificates,
      now: () => new Date(machine.clock().getTime() - offset),
      warnings: clock === undefined ? [] : [clock],
    }
  } finally {
    session.close()
  }
}

/** The ticket has given what it gives: the rest comes with the identity, which nothing here uses. */
const offerOnDisk = (store: IdentityStore, ticket: Ticket, machine: Machine): Offer => {
  const { node, cluster, endpoints, anchor, description } = knownOf(store)
  const placed = inAdoptedLayout({ node }, loadAdoptionRecord(machine))
  const bundles = trustBundleFilesOf(placed.node).map(({ purpose, path }) => [
    purpose,
    readTextFileIfAny(pathOn(machine, path)) ?? anchor,
  ])
  return {
    ca: {
      cluster: cluster.name,
      endpoint: endpoints[0] ?? '',
      pin: parseCertificatePem(anchor).pin,
    },
    ticket: { id: ticket.id, state: 'used by this machine' },
    facts: {
      ...{ node, cluster, description },
      trustBundles: Object.fromEntries(bundles) as Record<string, string>,
    },
    offered: [],
    now: machine.clock,
    warnings: [],
  }
}

type Known = Pick<NodeRecord, 'node' | 'cluster' | 'endpoints' | 'description'> & {
  readonly anchor: string
}

const knownOf = (store: IdentityStore): Known => {
  const answer = loadJoining(store.directory)?.answer
  if (answer) return answer
  const record = store.loadRecord()
  const anchor = store.loadAnchor()
  if (record && anchor !== undefined) return { ...record, anchor }
  throw new EasycertsError('ERR_NOT_JOINED', `${store.directory} is not complete`)
}

const previewOf = (
  machine: Machine,
  choices: JoinChoices,
  { kind }: JoinDecision,
  { ca, ticket, facts: told, offered, now, warnings }: Offer,
): JoinPreview => {
  const sealedKeys = existsOn(machine, `${CA_PATHS.dataDirectory}/keys/kek.cred`)
  const certmgrByTimer = isByTimer(machine, choices.certmgrByTimer)
  const adoption = choices.adoption && findAdoption(machine, told, choices.adoption)
  const facts = inAdoptedLayout(told, adoption)
  const plan = buildJoinPlan(told, { ...choices, sealedKeys, certmgrByTimer, adoption })
  const place = { machine, ids: loadOwnerIds(machine.root, machine.effectiveUid) }
  const certificates = compareCertificates(place, { facts, offered, now, adoption })
  const withUnits =
    choices.withUnits && !(adoption && obstacleToUnits(machine, plan.stack.units) !== undefined)
  const files = compareFiles(place, plan, { withUnits })
  const changed = [
    ...files.flatMap(({ action, path }) => (action === 'keep' ? [] : [path])),
    ...certificates.flatMap(({ action, certificate, key }) =>
      action === 'keep' ? [] : [certificate, key],
    ),
  ]
  const affected = affectedUnits(changed, plan.facts, plan.stack.units)
  const isInstalled = (program: string) => existsOn(machine, program)
  const steps = planServices({ units: plan.stack.units, affected, isInstalled })
  return {
    ca,
    ticket,
    identity: kind,
    node: facts.node,
    cluster: facts.cluster,
    ...(adoption ? { adoption: previewOfAdoption(adoption) } : {}),
    certificates,
    files,
    units: withUnits ? steps.map((step) => withReason(machine, choices, step)) : [],
    warnings: [
      ...warnings,
      ...(adoption ? adoptionWarnings(machine, adoption, plan) : []),
      ...plan.stack.warnings,
      ...writingWarnings(machine),
    ],
  }
}

const previewOfAdoption = ({ layout, config, left }: Adoption) => ({
  layout,
  config,
  left: left.map(({ file }) => file),
})

const adoptionWarnings = (
  machine: Machine,
  { faults }: Adoption,
  { stack }: JoinPlan,
): string[] => {
  const obstacle = obstacleToUnits(machine, stack.units)
  return [...faults, ...(obstacle === undefined ? [] : [obstacle])]
}

const withReason = (machine: Machine, { withStart }: JoinChoices, step: ServiceStep) => {
  const reason = withStart ? reasonNotToStart(machine) : '--no-start'
  return reason === undefined ? step : { unit: step.unit, action: 'skip' as const, reason }
}

/** The join would fail; whoever only looks may do so as any user. */
const writingWarnings = (machine: Machine): string[] => {
  try {
    checkWritable(machine, [PKI, NODE_PATHS.configDirectory, NODE_PATHS.identityDirectory])
    return []
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return [`the join would fail: ${error.message}`]
  }
}

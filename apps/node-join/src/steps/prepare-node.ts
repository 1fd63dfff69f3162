import { certificatesOf } from '../plan/layout-of-node.ts'
import { dirname } from 'node:path'
import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { RouteReply } from '@easycerts/shared/api'
import type { Certificate } from '@easycerts/shared/x509'
import type { Machine, Progress } from '../machine/index.ts'
import type { JoinPlan } from '../plan/join-plan.ts'
import { awaitValidity } from './await-validity.ts'
import { asItStands, obstacleToUnits } from '../adoption/index.ts'
import { ensureServiceAccountKey } from './ensure-service-account-key.ts'
import { installUnits } from './install-units.ts'
import { type ObtainedCertificate, obtainCertificates } from './obtain-certificates.ts'
import { prepareUsers } from './prepare-users.ts'
import { patiently } from './patiently.ts'
import { type Place, publish } from './publish.ts'
import { recover } from './recover.ts'
import {
  type KeySharing,
  type SharedKey,
  shareServiceAccountKey,
} from './share-service-account-key.ts'

export interface PreparedNode {
  readonly certificates: readonly ObtainedCertificate[]
  /** Files that are not as they were, as the node sees them. */
  readonly changed: readonly string[]
  readonly warnings: readonly string[]
  /** Whether units of ours are there to be started. */
  readonly hasUnits: boolean
}

export interface Preparation {
  readonly machine: Machine
  readonly progress: Progress
  readonly client: NodeClient
  readonly reply: RouteReply<'node'>
  readonly plan: JoinPlan
  readonly withUnits: boolean
  readonly followTrust: KeySharing['followTrust']
}

/**
 * Writes all that the role needs, what is read before what reads it: bundles, certificates,
 * kubeconfigs, then what makes certmgr and the components look at them.
 */
export const prepareNode = async (preparation: Preparation): Promise<PreparedNode> => {
  const { machine, progress, plan, reply, withUnits } = preparation
  await recover(
    machine,
    plan.stack.files.map(({ path }) => dirname(path)),
  )
  const ids = await progress.step('preparing the users that own keys', () =>
    prepareUsers(machine, ownersOf(reply.node, plan.adoption), plan.stack.files),
  )
  const place = { machine, ids }
  const files = await writeTrust(place, preparation)
  const { certificates, changed } = await progress.step('obtaining certificates', () =>
    obtainCertificates(place, wishOf(preparation)),
  )
  const account = await writeServiceAccount(place, preparation)
  const configuration = await writeConfiguration(place, preparation)
  const obstacle =
    withUnits && plan.adoption ? obstacleToUnits(machine, plan.stack.units) : undefined
  const hasUnits = withUnits && obstacle === undefined
  const units = hasUnits
    ? await progress.step('installing units', () => installUnits(place, plan.stack))
    : { changed: [], warnings: obstacle === undefined ? [] : [obstacle] }
  return {
    hasUnits,
    certificates,
    changed: [...files, ...changed, ...account.changed, ...configuration, ...units.changed],
    warnings: [...(plan.adoption?.faults ?? []), ...account.warnings, ...units.warnings],
  }
}

/** Whoever owns the keys of an adopted node goes on owning them. */
const ownersOf = (node: RouteReply<'node'>['node'], adoption: JoinPlan['adoption']): string[] => {
  const owners = adoption
    ? adoption.certificates.map(({ key }) => key.owner)
    : certificatesOf(node).map(({ owner }) => owner)
  return [...new Set(owners)]
}

const wishOf = ({ machine, client, reply, plan }: Preparation) => {
  const offset = machine.clock().getTime() - new Date(reply.time).getTime()
  return {
    facts: reply,
    keyAlgorithm: plan.facts.keyAlgorithm,
    adoption: plan.adoption,
    ask: (profile: string, csr: string) =>
      patiently(machine.signal, () => client.certificate(profile, csr)),
    now: () => new Date(machine.clock().getTime() - offset),
    awaitValidity: (what: string, certificate: Certificate) =>
      awaitValidity(what, certificate, machine),
  }
}

const writeTrust = (place: Place, { progress, plan }: Preparation): Promise<string[]> =>
  progress.step('writing trust bundles', async () => {
    const files = plan.adoption
      ? plan.trustBundles.map((file) => asItStands(place.machine, file))
      : plan.trustBundles
    const changed = await publish(place, 'trust', files)
    return { value: changed, done: tally('trust bundles', plan.trustBundles, changed) }
  })

const writeServiceAccount = async (place: Place, preparation: Preparation): Promise<SharedKey> => {
  const { progress, plan } = preparation
  if (!plan.hasServiceAccountKey) return { changed: [], warnings: [] }
  const made = await progress.step('making the service-account key', () =>
    ensureServiceAccountKey(place, preparation.reply.node),
  )
  const { changed, warnings } = await progress.step('sharing the service-account key', () =>
    shareServiceAccountKey(place, preparation),
  )
  return { changed: [...made, ...changed], warnings }
}

const writeConfiguration = async (
  place: Place,
  { progress, plan }: Preparation,
): Promise<string[]> => {
  const { kubeconfigs, certmgr } = plan
  const changedKubeconfigs = await progress.step('writing kubeconfigs', async () => {
    const changed = await publish(place, 'kubeconfigs', kubeconfigs)
    return { value: changed, done: tally('kubeconfigs', kubeconfigs, changed) }
  })
  const changedSpecs = await progress.step('writing what certmgr keeps true', async () => {
    const changed = await publish(place, 'certmgr', certmgr)
    return { value: changed, done: tally('certificate specs and settings', certmgr, changed) }
  })
  return [...changedKubeconfigs, ...changedSpecs]
}

const tally = (what: string, files: readonly unknown[], changed: readonly string[]): string =>
  changed.length === 0
    ? `${what} already there: ${files.length}`
    : `${what} written: ${changed.length} of ${files.length}`

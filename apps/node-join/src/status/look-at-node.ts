import {
  findIdentityHolder,
  type IdentityStore,
  loadJoining,
  type NodeRecord,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import { loadWitnessRecord } from '@easycerts/adapters/log-witness'
import { openTrustStore } from '@easycerts/adapters/trust-store'
import { reasonOf } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import type { Programs } from '@easycerts/units/modern'
import { loadAdoptionRecord } from '../adoption/adoption-record.ts'
import { existsOn, isByTimer, type Machine, pathOn } from '../machine/index.ts'
import { EMPTY_MANIFEST, loadManifest } from '../manifest/index.ts'
import { planStack } from '../plan/plan-stack.ts'
import { isResetUnfinished } from '../reset/index.ts'
import { isMarkedUnfinished } from '../steps/unfinished-mark.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtUnits } from './look-at-units.ts'
import type { IdentityStatus, NodeStatus } from './node-status.ts'

/** Reads only, and asks nobody: the state of a node whose CA is away is its own to know. */
export const lookAtNode = async (machine: Machine, programs: Programs): Promise<NodeStatus> => {
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  const store = openIdentityStore(directory, machine.effectiveUid)
  const trustPlace = { directory, markDirectory: pathOn(machine, NODE_PATHS.certmgrState) }
  const damage: string[] = []
  const read = <Value>(work: () => Value): Value | undefined => {
    try {
      return work()
    } catch (error) {
      damage.push(reasonOf(error))
      return undefined
    }
  }
  const record = existsOn(machine, NODE_PATHS.identityDirectory)
    ? read(() => store.loadRecord())
    : undefined
  const manifest = read(() => loadManifest(machine)) ?? EMPTY_MANIFEST
  const head = read(() => loadWitnessRecord(directory))?.signed.head
  const trust = read(() => openTrustStore(trustPlace).load())?.trust?.document
  const holder = read(() => findIdentityHolder(directory))
  const certmgrByTimer = isByTimer(machine)
  const stack = record && planStack({ ...record, programs, sealedKeys: false, certmgrByTimer })
  return {
    identity: lookAtIdentity(store, record, machine.clock()),
    unfinished: unfinishedOf(machine, directory, read),
    ...(holder ? { holder } : {}),
    ...(head ? { log: { epoch: head.epoch, size: head.size } } : {}),
    ...(trust ? { trust: { epoch: trust.epoch, version: trust.version } } : {}),
    ...(record
      ? lookAtFiles(machine, record.node, {
          manifest,
          adopted: read(() => loadAdoptionRecord(machine)),
        })
      : { certificates: [], bundles: [], kubeconfigs: [] }),
    units: stack ? await lookAtUnits(machine, stack.units, manifest) : [],
    damage,
  }
}

const lookAtIdentity = (
  store: IdentityStore,
  record: NodeRecord | undefined,
  now: Date,
): IdentityStatus => {
  const who = record
    ? { node: record.node.name, role: record.node.role, cluster: record.cluster.name }
    : {}
  try {
    const identity = store.load()
    if (!identity) return { state: 'none', ...who }
    const { serialNumber, validity } = identity.certificate
    const working = identity.isConfirmed ? 'good' : 'unconfirmed'
    const state =
      validity.notAfter < now ? 'expired' : validity.notBefore > now ? 'not yet valid' : working
    return { state, ...who, serialNumber, notAfter: validity.notAfter }
  } catch (error) {
    return { state: 'damaged', ...who, reason: reasonOf(error) }
  }
}

const unfinishedOf = (
  machine: Machine,
  directory: string,
  read: <Value>(work: () => Value) => Value | undefined,
): string[] => {
  const joining = read(() => loadJoining(directory))
  return [
    ...(joining
      ? [`a join with ticket ${joining.ticketId} is under way: run it again with that ticket`]
      : []),
    ...(isMarkedUnfinished(machine) ? ['a join was cut short: run node-join again'] : []),
    ...(isResetUnfinished(machine) ? ['a reset was cut short: run node-join reset again'] : []),
  ]
}

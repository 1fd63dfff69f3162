import { dirname } from 'node:path'
import {
  lockIdentity,
  type NodeRecord,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { existsOn, type Machine, pathOn } from './machine/index.ts'
import { EMPTY_MANIFEST, loadManifest } from './manifest/index.ts'
import {
  endRemoval,
  forgetUnits,
  type Joined,
  loadRemoval,
  quietServices,
  removeDirectories,
  type Removal,
  removeFiles,
  reviveService,
  type ResetChoices,
  saveRemoval,
  surveyReset,
} from './reset/index.ts'
import { manifestOfVersion } from './reset/manifest-of-version.ts'
import { recover } from './steps/recover.ts'

/** What a reset came to. */
export interface ResetReport {
  readonly node: string
  readonly removed: readonly string[]
  readonly kept: Removal['kept']
  /** Stopped and disabled. */
  readonly units: readonly string[]
  readonly warnings: readonly string[]
}

/** Whether there is anything to undo, or an earlier reset to finish. */
export const findJoined = (machine: Machine): Joined | undefined => {
  const record = recordOf(machine)
  const manifest = loadManifest(machine) ?? (record && manifestOfVersion(record))
  if (!manifest && !existsOn(machine, NODE_PATHS.identityDirectory)) return undefined
  return { node: record?.node.name ?? 'this machine', manifest: manifest ?? EMPTY_MANIFEST }
}

/**
 * Undoes the join. Services stop first; then one file decides all that goes, durably, and whatever
 * ends the process after it, the next run finishes. ERR_ACTION_FAILED, ERR_SERVER_RUNNING.
 */
export const runReset = async (
  machine: Machine,
  joined: Joined | undefined,
  choices: ResetChoices,
): Promise<ResetReport> => {
  const begun = loadRemoval(machine)
  const planned = begun ?? (joined && surveyReset(machine, joined, choices))
  if (!planned) return { node: 'this machine', removed: [], kept: [], units: [], warnings: [] }
  const warnings = await quietServices(machine, planned.units, choices.force)
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  const lock = await lockIdentity(directory, machine.clock)
  let removed
  let revived: Removal['revived']
  try {
    const removal = begun
      ? await goOn(machine, begun)
      : await decide(machine, joined ?? NOTHING, choices)
    removed = await removeFiles(machine, removal)
    await forgetUnits(machine)
    revived = removal.revived
  } finally {
    await lock.release()
  }
  if (revived) warnings.push(...(await reviveService(machine, revived)))
  removeDirectories(machine, planned)
  await endRemoval(machine)
  // The last of them held the record of the reset itself.
  removeDirectories(machine, planned)
  return { node: planned.node, units: planned.units, warnings, ...removed }
}

const NOTHING: Joined = { node: 'this machine', manifest: EMPTY_MANIFEST }

/** A file that was being put back may have left another beside its place. */
const goOn = async (machine: Machine, begun: Removal): Promise<Removal> => {
  await recover(
    machine,
    begun.restored.map(({ path }) => dirname(path)),
  )
  return begun
}

/** Now that nobody writes any more. */
const decide = async (
  machine: Machine,
  joined: Joined,
  choices: ResetChoices,
): Promise<Removal> => {
  await recover(machine)
  const removal = surveyReset(machine, joined, choices)
  await saveRemoval(machine, removal)
  return removal
}

/** A damaged record must not keep anybody from undoing the join. */
const recordOf = (machine: Machine): NodeRecord | undefined => {
  if (!existsOn(machine, NODE_PATHS.identityDirectory)) return undefined
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  try {
    return openIdentityStore(directory, machine.effectiveUid).loadRecord()
  } catch {
    return undefined
  }
}

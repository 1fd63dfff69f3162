import { dirname } from 'node:path'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import {
  digestOf,
  ensureDirectory,
  loadOwnerIds,
  publishFiles,
  removeFileDurably,
} from '../files/index.ts'
import { applyNow, directoriesMadeOf, isInputOf } from './apply-accounts.ts'
import type { DesiredFile, DesiredStack } from './desired-stack.ts'
import {
  type InstallationPlan,
  isNothing,
  type PlannedChange,
  planInstallation,
  unitsIn,
  writeOf,
} from './installation-plan.ts'
import {
  loadRecords,
  type NumberedRecord,
  type RecordedFile,
  saveRecord,
} from './installation-record.ts'
import { changedSince, putBack } from './put-back.ts'
import {
  isRunningSystem,
  journalDirectoryOf,
  missingDirectories,
  pathOn,
  standingDirectories,
  type TargetMachine,
} from './target-machine.ts'
import { linkDirectories, readUnitLinks } from './unit-links.ts'
import { withLock } from './with-lock.ts'

export interface InstallationWish {
  readonly node: string
  readonly stack: DesiredStack
  /** Overwrites what somebody changed; an undo brings that back too. */
  readonly force: boolean
}

export interface Installation {
  readonly plan: InstallationPlan
  /** The files are in place, and this is what systemd did not do. */
  readonly failures: readonly string[]
}

/**
 * Makes a stack true on a machine, so that `undoInstallation` finds the way back from any instant:
 * what was there is durable before the first change. An installation that was cut short is put
 * back first. ERR_FILE_CHANGED, with nothing done, for files that somebody changed.
 */
export const installStack = (
  machine: TargetMachine,
  wish: InstallationWish,
): Promise<Installation> =>
  withLock(machine, async () => {
    await finishEarlier(machine, wish)
    const plan = planInstallation(machine, wish.stack)
    refuseForeign(
      plan.changes.filter(({ isForeign }) => isForeign).map(({ path }) => path),
      wish,
    )
    if (isNothing(plan)) return { plan, failures: [] }
    const record = recordOf(machine, wish, plan)
    await saveRecord(machine, record)
    const failures = await makeTrue(machine, wish.stack, plan).catch(async (error: unknown) => {
      await putBack(machine, record)
      throw error
    })
    await saveRecord(machine, { ...record, state: 'finished' })
    return { plan, failures }
  })

const finishEarlier = async (machine: TargetMachine, wish: InstallationWish): Promise<void> => {
  const earlier = loadRecords(machine).at(-1)
  if (earlier === undefined || earlier.state === 'finished') return
  refuseForeign(changedSince(machine, earlier), wish)
  await putBack(machine, earlier)
}

/** ERR_FILE_CHANGED, unless it is wanted so. */
export const refuseForeign = (
  paths: readonly string[],
  { force }: Pick<InstallationWish, 'force'>,
): void => {
  if (paths.length > 0 && !force)
    throw new EasycertsError(
      'ERR_FILE_CHANGED',
      `changed by somebody since they were installed: ${paths.join(', ')}`,
    )
}

const recordOf = (
  machine: TargetMachine,
  { node, stack }: InstallationWish,
  { changes, records }: InstallationPlan,
): NumberedRecord => {
  const gone = changes.filter(({ after }) => after === undefined).map(({ path }) => path)
  const units = [...new Set([...stack.units, ...unitsIn([...pathsOf(stack), ...gone])])]
  const made = directoriesMadeOf(stack.files)
  const places = [...pathsOf(stack).map((path) => dirname(path)), ...made]
  const missing = places.flatMap((path) => missingDirectories(machine, path))
  return {
    number: (records.at(-1)?.number ?? 0) + 1,
    version: 1,
    state: 'begun',
    node,
    at: machine.clock().toISOString(),
    files: changes.map(recordedFile),
    units: [...stack.units],
    links: readUnitLinks(machine, units),
    linkDirectories: linkDirectories(machine),
    directories: [...new Set(missing)].toSorted((a, b) => depthOf(b) - depthOf(a)),
    standingDirectories: standingDirectories(machine, made),
  }
}

const pathsOf = ({ files }: DesiredStack): string[] => files.map(({ path }) => path)

const depthOf = (path: string): number => path.split('/').length

const recordedFile = ({ path, before, after }: PlannedChange): RecordedFile => ({
  path,
  written: after === undefined ? null : digestOf(after.content),
  before:
    before === undefined
      ? null
      : {
          content: before.bytes.toString('base64'),
          mode: before.mode,
          uid: before.uid,
          gid: before.gid,
        },
})

/** Users come before the files that they own, directories and enabled units after all files. */
const makeTrue = async (
  machine: TargetMachine,
  { files }: DesiredStack,
  { changes, enable, disable }: InstallationPlan,
): Promise<string[]> => {
  const isRoot = machine.effectiveUid === 0
  const failures: string[] = []
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      if (!isEasycertsError(error)) throw error
      failures.push(error.message)
    })
  }
  const accounts = files.filter((file) => isInputOf('sysusers', file))
  if (isRoot && accounts.length > 0) {
    await publish(machine, accounts)
    await attempt(() => applyNow(machine, 'sysusers', files))
  }
  await publish(machine, files)
  await attempt(() => machine.services.disable(disable))
  for (const { path, action } of changes)
    if (action === 'remove') await removeFileDurably(pathOn(machine, path))
  if (isRoot) await attempt(() => applyNow(machine, 'tmpfiles', files))
  if (isRunningSystem(machine) && machine.services.isPresent())
    await attempt(() => machine.services.daemonReload())
  await attempt(() => machine.services.enable(enable))
  return failures
}

const publish = async (machine: TargetMachine, files: readonly DesiredFile[]): Promise<void> => {
  const writes = files.map((file) => writeOf(machine, file))
  for (const directory of new Set(writes.map(({ path }) => dirname(path))))
    await ensureDirectory(directory, 0o755)
  await publishFiles({
    set: 'install',
    files: writes,
    journalDirectory: journalDirectoryOf(machine),
    ids: loadOwnerIds(machine.root, machine.effectiveUid),
  })
}

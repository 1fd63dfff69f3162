import { loadOwnerIds, type OwnerIds } from '@easycerts/adapters/files'
import { runProcess } from '@easycerts/adapters/process'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { isRunningSystem, type Machine, type Outcome } from '../machine/index.ts'
import type { PlannedFile } from '../plan/planned-file.ts'
import { publish } from './publish.ts'

const TIMEOUT = seconds(30)
const SYSUSERS_DIRECTORY = '/etc/sysusers.d/'

/**
 * Makes the users that own keys, where this process may. A key must never stand there under
 * another owner, so a user that is missing after it is ERR_USER_UNKNOWN.
 */
export const prepareUsers = async (
  machine: Machine,
  owners: readonly string[],
  files: readonly PlannedFile[],
): Promise<Outcome<OwnerIds>> => {
  if (machine.effectiveUid !== 0)
    return {
      value: loadOwnerIds(machine.root, machine.effectiveUid),
      done: 'not root: every file stays with the user that runs this',
    }
  const sysusers = files.filter(({ path }) => path.startsWith(SYSUSERS_DIRECTORY))
  if (sysusers.length > 0) {
    const rootOnly = { uidOf: () => 0, gidOf: () => 0 }
    await publish({ machine, ids: rootOnly }, 'sysusers', sysusers)
    await runSysusers(machine, sysusers)
  }
  const ids = loadOwnerIds(machine.root, machine.effectiveUid)
  for (const owner of owners) {
    ids.uidOf(owner)
    ids.gidOf(owner)
  }
  return { value: ids, done: `users are there: ${owners.join(', ')}` }
}

/** Where the program is missing, the users may be there all the same. */
const runSysusers = async (machine: Machine, files: readonly PlannedFile[]): Promise<void> => {
  const root = isRunningSystem(machine) ? [] : [`--root=${machine.root}`]
  const names = files.map(({ path }) => path.slice(SYSUSERS_DIRECTORY.length))
  const result = await runProcess(['systemd-sysusers', ...root, ...names], {
    timeout: TIMEOUT,
    signal: machine.signal,
  }).catch((error: unknown) => {
    if (isEasycertsError(error) && error.code === 'ERR_ACTION_FAILED') return undefined
    throw error
  })
  if (result && result.exitCode !== 0)
    throw new EasycertsError(
      'ERR_ACTION_FAILED',
      `systemd-sysusers: ${result.stderr.trim().split('\n').at(-1) ?? 'failed'}`,
    )
}

import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { runProcess } from '../process/index.ts'
import type { DesiredFile } from './desired-stack.ts'
import { isRunningSystem, type TargetMachine } from './target-machine.ts'

const TIMEOUT = seconds(60)

const PROGRAMS = {
  sysusers: { directory: '/etc/sysusers.d/', words: ['systemd-sysusers'] },
  tmpfiles: { directory: '/etc/tmpfiles.d/', words: ['systemd-tmpfiles', '--create'] },
} as const

/** Whether systemd makes users or directories of this file. */
export const isInputOf = (kind: keyof typeof PROGRAMS, { path }: DesiredFile): boolean =>
  path.startsWith(PROGRAMS[kind].directory)

/** Directories that systemd makes of these files, as tmpfiles.d(5) has them. */
export const directoriesMadeOf = (files: readonly DesiredFile[]): string[] =>
  files
    .filter((file) => isInputOf('tmpfiles', file))
    .flatMap(({ content }) => [...content.matchAll(/^d[!+-]*\s+(\/\S+)/gm)])
    .flatMap(([, path]) => path ?? [])

/** Makes the users, or the directories, of these files now. ERR_ACTION_FAILED. */
export const applyNow = async (
  machine: TargetMachine,
  kind: keyof typeof PROGRAMS,
  files: readonly DesiredFile[],
): Promise<void> => {
  const { directory, words } = PROGRAMS[kind]
  const names = files
    .filter((file) => isInputOf(kind, file))
    .map(({ path }) => path.slice(directory.length))
  if (names.length === 0) return
  const root = isRunningSystem(machine) ? [] : [`--root=${machine.root}`]
  const { exitCode, stderr } = await runProcess([...words, ...root, ...names], { timeout: TIMEOUT })
  if (exitCode !== 0)
    throw new EasycertsError(
      'ERR_ACTION_FAILED',
      `${words[0]}: ${stderr.trim().split('\n').at(-1) ?? 'failed'}`,
    )
}

import { spawnSync, type SpawnSyncOptionsWithStringEncoding } from 'node:child_process'
import { seconds } from '@easycerts/shared/time'

/** Of reading, which runs nothing. */
const TIMEOUT = seconds(5)
const LONGEST_FAULT = 200

/** Those that can be asked, in the order in which one is chosen to run a script. */
const SHELLS = ['bash', 'sh'] as const

/** The shell that runs scripts on this machine; undefined where there is none. */
export const findShell = (path: string): string | undefined =>
  SHELLS.find((shell) => spawnSync(shell, ['-c', ':'], options(path)).status === 0)

/** What a shell says of a script that it cannot read; undefined for one that it can. Runs nothing of it. */
export const shellSyntaxFault = (
  shell: string,
  script: string,
  path: string,
): string | undefined => {
  const { status, stderr, error } = spawnSync(shell, ['-n', '-c', script], options(path))
  if (status === 0) return undefined
  const [first = ''] = stderr.trim().split('\n')
  return (error ? error.message : first).slice(0, LONGEST_FAULT)
}

const options = (path: string): SpawnSyncOptionsWithStringEncoding => ({
  encoding: 'utf8',
  timeout: TIMEOUT,
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { LC_ALL: 'C', PATH: path },
})

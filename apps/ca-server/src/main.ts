import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { createTerminal, type OutputFormat } from '@easycerts/adapters/terminal'
import { runProgram } from '@easycerts/adapters/command-line'
import { type Duration, seconds } from '@easycerts/shared/time'
import { buildProgram } from './cli/build-program.ts'

const { argv, env, stdout, stderr, stdin } = process

// Node would open its debugger, and with it all memory, to every local user.
process.on('SIGUSR1', () => undefined)

const outputOf = (): OutputFormat => {
  const index = argv.findIndex((word) => word === '--output' || word.startsWith('--output='))
  const value = argv[index]?.split('=')[1] ?? argv[index + 1]
  return index >= 0 && (value === 'json' || value === 'yaml') ? value : 'text'
}

const terminal = createTerminal({
  program: 'ca-server',
  stdout,
  stderr,
  colour: stdout.isTTY && env['NO_COLOR'] === undefined,
  output: outputOf(),
  toYaml: async (value) => (await import('yaml')).stringify(value),
})

/** A container may run under a number that has no name. */
const nameOfUser = (uid: number): string => {
  try {
    return userInfo().username
  } catch {
    return `uid ${uid}`
  }
}

/** The variables are inherited by children, to whom they say nothing (sd_watchdog_enabled(3)). */
const watchdogPeriod = (): Duration | undefined => {
  const microseconds = Number(env['WATCHDOG_USEC'])
  const isOurs = (env['WATCHDOG_PID'] ?? String(process.pid)) === String(process.pid)
  return isOurs && microseconds > 0 ? seconds(microseconds / 1_000_000) : undefined
}

const uid = process.geteuid?.() ?? 0

const program = buildProgram({
  terminal,
  clock: () => new Date(),
  monotonic: () => performance.now(),
  random: randomBytes,
  programWords: [process.execPath, ...argv.slice(1, 2)],
  uid,
  userName: nameOfUser(uid),
  hostName: hostname(),
  isInteractive: stdin.isTTY,
  variable: (name) => env[name],
  environment: {
    credentialsDirectory: env['CREDENTIALS_DIRECTORY'],
    notifySocket: env['NOTIFY_SOCKET'],
    watchdogPeriod: watchdogPeriod(),
    hasSystemd: existsSync('/run/systemd/system'),
  },
  signals: process,
  onSignal: (signal, listener) => process.on(signal, listener),
  exit: (code) => process.exit(code),
})

process.exitCode = await runProgram(program, argv, terminal)

import { setFlagsFromString } from 'node:v8'
import { createTerminal, type OutputFormat } from '@easycerts/adapters/terminal'
import { runProgram } from '@easycerts/adapters/command-line'
import { buildProgram } from './cli.ts'

const { argv, env, stdout, stderr } = process

// The young generation would grow to 16 MB at the start, and a daemon that waits never gives it back.
setFlagsFromString('--semi-space-growth-factor=1')

// Node would open its debugger, and with it all memory, to every local user.
process.on('SIGUSR1', () => undefined)

const outputs = argv.flatMap((word, index) => {
  if (word === '--output') return argv[index + 1] ?? []
  return word.startsWith('--output=') ? word.slice('--output='.length) : []
})
const output = (['json', 'yaml'] as const).find((format) => format === outputs.at(-1))

const terminal = createTerminal({
  program: 'certmgr',
  stdout,
  stderr,
  colour: stdout.isTTY && env['NO_COLOR'] === undefined,
  output: output ?? ('text' satisfies OutputFormat),
  toYaml: async (value) => (await import('yaml')).stringify(value),
})

const watchdog = Number(env['WATCHDOG_USEC'])
let exitCode = 0

const program = buildProgram(
  {
    terminal,
    clock: () => new Date(),
    uid: process.geteuid?.() ?? 0,
    pid: process.pid,
    logSink: stderr,
    signals: process,
    onSignal: (signal, listener) => process.on(signal, listener),
    sendSignal: (pid, signal) => process.kill(pid, signal),
    exit: (code) => process.exit(code),
    notifySocket: env['NOTIFY_SOCKET'],
    watchdogMicroseconds: watchdog > 0 ? watchdog : undefined,
    environment: env,
  },
  (code) => (exitCode = code),
)

const failure = await runProgram(program, argv, terminal)
process.exitCode = failure === 0 ? exitCode : failure

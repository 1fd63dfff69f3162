import { setTimeout as wait } from 'node:timers/promises'
import { createTerminal } from '@easycerts/adapters/terminal'
import { parseDuration } from '@easycerts/shared/time'
import { Command } from 'commander'
import logUpdate from 'log-update'
import { runDemo } from './run-demo.ts'

const { argv, env, stdout, stderr, execPath } = process

const options = new Command('npm start --')
  .description(
    'A CA, a master and a worker on this machine, with certificates that live for a minute or two',
  )
  .option('--once', 'end by itself after one renewal of every certificate')
  .option('--life <duration>', 'life of the certificates', '90s')
  .option('--keep', 'leave the scratch directory behind')
  .option('--plain', 'one line per event instead of a table that updates in place')
  .parse(argv)
  .opts<{ once?: boolean; life: string; keep?: boolean; plain?: boolean }>()

const terminal = createTerminal({
  program: 'demo',
  stdout,
  stderr,
  colour: stderr.isTTY && env['NO_COLOR'] === undefined,
  output: 'text',
})

const stop = new AbortController()
// Not once: npm passes on what the terminal has sent already, and cleaning up takes a moment.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

try {
  await runDemo(
    {
      terminal,
      clock: () => new Date(),
      node: execPath,
      sleep: (milliseconds) =>
        wait(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined),
      isStopped: () => stop.signal.aborted,
      draw: logUpdate,
      drawDone: () => logUpdate.done(),
    },
    {
      once: options.once ?? false,
      life: parseDuration(options.life),
      keep: options.keep ?? false,
      isTerminal: stdout.isTTY && options.plain !== true,
    },
  )
} catch (error) {
  process.exitCode = terminal.error(error)
}

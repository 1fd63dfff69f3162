import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { createTerminal } from '@easycerts/adapters/terminal'
import { runProgram } from '@easycerts/adapters/command-line'
import { buildProgram } from './cli.ts'
import { OLD_NAME, tellOldUsage } from './old-name.ts'

const { argv, env, stdin, stdout, stderr, execPath } = process

// Node would open its debugger, and with it all memory, to every local user.
process.on('SIGUSR1', () => undefined)

const isJson = argv.some(
  (word, index) => word === '--output=json' || (word === '--output' && argv[index + 1] === 'json'),
)

const [node = '', script = '', ...words] = argv
const isOldName = basename(script) === OLD_NAME

const terminal = createTerminal({
  program: isOldName ? OLD_NAME : 'node-join',
  stdout,
  stderr,
  colour: stdout.isTTY && env['NO_COLOR'] === undefined,
  output: isJson ? 'json' : 'text',
})

const program = buildProgram({
  terminal,
  clock: () => new Date(),
  randomOctets: randomBytes,
  uid: process.geteuid?.() ?? 0,
  hostName: hostname(),
  ticketInput: stdin,
  isTicketTyped: stdin.isTTY,
  isWatched: stderr.isTTY && !isJson,
  isSilent: isJson,
  isOldName,
  nodeProgram: execPath,
  signals: process,
})

if (isOldName && words.length > 0) process.exit(tellOldUsage(terminal))

// What a time limit left behind must not keep the process.
process.exit(await runProgram(program, [node, script, ...words], terminal))

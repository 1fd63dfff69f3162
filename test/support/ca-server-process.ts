import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { runInProcess } from './run-in-process.ts'

/** What `npm ci` links: the built program, as a user runs it. */
export const CA_SERVER_BIN = fileURLToPath(
  new URL('../../apps/ca-server/bin/ca-server.js', import.meta.url),
)

const READY_WITHIN = 20_000
const COMMAND_WITHIN = 30_000
const POLL = 15

/** How one run of the program ended. */
export interface CommandResult {
  /** null: a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The code of its failure; only runs with `--output json` say it. */
  readonly code: string | undefined
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** In front of the program: `['strace', '-f']`. */
  readonly wrapper?: readonly string[]
}

/** One answer of a listener. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number
  readonly body: Body
  /** `ERR_…` of a refusal. */
  readonly code: string | undefined
}

export interface CaServerOptions {
  /** More for `serve`. */
  readonly args?: readonly string[]
  /** More for `init`. Later ones win: `['--certificate-life', '2m']`. */
  readonly initArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Changes ca-server.yaml between `init` and `serve`. */
  readonly editConfig?: (text: string) => string
  /** A directory that holds a CA already; default: a new one, made by `init`. */
  readonly directory?: string
  readonly ports?: { readonly joinPort: number; readonly nodePort: number }
}

/** A ca-server in a process of its own. */
export interface CaServerProcess {
  /** Its data directory. */
  readonly directory: string
  readonly joinPort: number
  readonly nodePort: number
  /** Plain HTTP: CRLs, OCSP. */
  readonly publicPort: number
  readonly pid: number
  /** What it has logged on standard error since its last start. */
  readonly log: () => string
  /** A call through the operator's socket. */
  readonly operator: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>
  /** A command on the same data directory: `ca(['node', 'list'])`. Failures show as `code`. */
  readonly ca: (args: readonly string[], options?: CommandOptions) => Promise<CommandResult>
  /** SIGTERM; how it ended. */
  readonly stop: () => Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>
  /** SIGKILL. */
  readonly kill: () => Promise<void>
  /** Serves again, after `stop` or `kill`. */
  readonly start: () => Promise<void>
  /** Kills it and removes the directory that was made for it. Does nothing the second time. */
  readonly dispose: () => Promise<void>
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** A new folder with a name short enough for a socket inside. */
export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'easycerts-'))

const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NO_COLOR: '1',
  ...more,
})

const spawnCaServer = (
  args: readonly string[],
  { env, wrapper = [] }: CommandOptions = {},
): ChildProcessWithoutNullStreams => {
  const [program = '', ...rest] = [...wrapper, process.execPath, CA_SERVER_BIN, ...args]
  const child = spawn(program, rest, { env: environment(env), stdio: 'pipe' })
  alive.add(child)
  child.once('close', () => alive.delete(child))
  child.stdin.on('error', () => undefined)
  return child
}

const collect = (
  child: ChildProcessWithoutNullStreams,
  name: 'stdout' | 'stderr',
): (() => string) => {
  const chunks: Buffer[] = []
  child[name].on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

/** Runs `ca-server` with these words to its end. Nothing is thrown for a failing run. */
export const runCaServer = async (
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> => {
  const child = spawnCaServer(args, options)
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')]
  child.stdin.end(options.input ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_WITHIN)
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  return { exitCode, signal, stdout: stdout(), stderr: stderr(), code: codeIn(stderr()) }
}

/** The code in what `--output json` writes about a failure, after whatever was logged before it. */
const codeIn = (stderr: string): string | undefined =>
  /^ {2}"code": "(ERR_[A-Z0-9_]+)",$/m.exec(stderr)?.[1]

/** `init` for loopback with plaintext keys; the result may be a refusal. */
export const initCa = async (
  directory: string,
  initArgs: readonly string[] = [],
  options: CommandOptions & { readonly protection?: readonly string[] } = {},
): Promise<CommandResult> =>
  runCaServer(initWords(directory, initArgs, options.protection), options)

const initWords = (
  directory: string,
  initArgs: readonly string[],
  protection: readonly string[] = ['--insecure-plaintext-keys'],
): string[] => [
  ...['--output', 'json', '--data-directory', directory, 'init', '--name', 'demo'],
  ...['--address', '127.0.0.1', '--address', 'localhost', '--listen', '127.0.0.1'],
  ...protection,
  ...['--public-port', '0'],
  ...initArgs,
]

/** As `runCaServer`; in a process of its own only where the command is given one to differ in. */
const runCommand = async (
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> => {
  if (Object.keys(options).length > 0) return runCaServer(args, options)
  const { username: userName } = userInfo()
  return { ...(await runInProcess(args, { userName })), signal: null }
}

/** `serve` that is expected to refuse: its result; it is killed after a while if it does not. */
export const serveToItsEnd = (
  directory: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> =>
  runCaServer(['--output', 'json', '--data-directory', directory, 'serve', ...args], options)

/** One call over a unix socket. */
export const callSocket = (
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const content = body === undefined ? undefined : JSON.stringify(body)
    const headers = content === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ socketPath, method, path, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.once('error', reject)
      reply.once('end', () => resolve(answerOf(reply.statusCode ?? 0, Buffer.concat(chunks))))
    })
    sent.once('error', reject)
    sent.end(content)
  })

/** Status, JSON and code of what a listener sent. */
export const answerOf = (status: number, content: Buffer): Answer => {
  const body = (content.length === 0 ? {} : JSON.parse(content.toString('utf8'))) as Answer['body']
  const { code } = body
  return { status, body, code: typeof code === 'string' ? code : undefined }
}

/**
 * `init`, `serve`, and the wait until it answers. Use it as `await startCaServer()` in `beforeAll`
 * and `dispose` in `afterAll`; it leaves no process behind when the tests end early.
 */
export const startCaServer = async (options: CaServerOptions = {}): Promise<CaServerProcess> => {
  const joinPort = options.ports?.joinPort ?? (await freePort())
  const nodePort = options.ports?.nodePort ?? (await freePort())
  const publicPort = await freePort()
  const folder = options.directory === undefined ? makeFolder() : undefined
  const directory = options.directory ?? join(folder ?? '', 'ca')
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  if (folder !== undefined) {
    const ports = ['--join-port', String(joinPort), '--node-port', String(nodePort)]
    ports.push('--public-port', String(publicPort))
    const words = initWords(directory, [...ports, ...(options.initArgs ?? [])])
    const made = await runCommand(words, options.env ? { env: options.env } : {})
    if (made.exitCode !== 0) {
      remove()
      throw new Error(`ca-server init failed: ${made.stderr}`)
    }
  }
  if (options.editConfig) {
    const file = join(directory, 'ca-server.yaml')
    writeFileSync(file, options.editConfig(readFileSync(file, 'utf8')))
  }
  const socket = join(directory, 'operator.sock')
  let run = await serve(directory, socket, options)
  return {
    directory,
    joinPort,
    nodePort,
    publicPort,
    get pid() {
      return run.child.pid ?? 0
    },
    log: () => run.log(),
    operator: (method, path, body) => callSocket(socket, method, path, body),
    ca: (args, more) =>
      runCommand(['--output', 'json', '--data-directory', directory, ...args], more),
    stop: () => end(run.child, 'SIGTERM'),
    kill: async () => {
      await end(run.child, 'SIGKILL')
    },
    start: async () => {
      run = await serve(directory, socket, options)
    },
    dispose: async () => {
      await end(run.child, 'SIGKILL')
      remove()
    },
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

const end = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL') => {
  const closed = alive.has(child) ? once(child, 'close') : Promise.resolve()
  if (!hasEnded(child)) child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_WITHIN)
  await closed
  clearTimeout(timer)
  return { exitCode: child.exitCode, signal: child.signalCode }
}

interface Run {
  readonly child: ChildProcess
  readonly log: () => string
}

const serve = async (directory: string, socket: string, options: CaServerOptions): Promise<Run> => {
  const args = ['--output', 'json', '--data-directory', directory, 'serve', ...(options.args ?? [])]
  const child = spawnCaServer(args, options)
  const log = collect(child, 'stderr')
  child.stdout.resume()
  child.stdin.end()
  const deadline = Date.now() + READY_WITHIN
  while (!(await isHealthy(socket))) {
    const late = Date.now() > deadline
    if (late || hasEnded(child)) {
      await end(child, 'SIGKILL')
      throw new Error(`ca-server serve ${late ? 'does not answer' : 'ended'}: ${log()}`)
    }
    await wait(POLL)
  }
  return { child, log }
}

const isHealthy = async (socket: string): Promise<boolean> => {
  try {
    const { status } = await callSocket(socket, 'GET', '/v1/health')
    return status === 200
  } catch {
    return false
  }
}

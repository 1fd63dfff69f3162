import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { stringify } from 'yaml'
import type { CaServerProcess } from '../ca-server-process.ts'
import { type ProgramResult, runProgram, startProgram } from '../e2e/run-program.ts'
import { until } from '../until.ts'

/** One row of `certmgr status`. */
export interface StatusRow {
  readonly name: string
  readonly state: string
  readonly inUse?: { readonly state: string }
}

/**
 * A node whose certmgr is a process of its own that acts on this machine, as root does, with all of
 * its files below one folder.
 */
export interface ActingNode {
  readonly folder: string
  /** Of a file of the specs, by its last name. */
  readonly path: (name: string) => string
  readonly certificate: (name: string) => Certificate
  readonly start: () => void
  /** To the daemon; nothing if it does not run. */
  readonly signal: (name: NodeJS.Signals) => void
  /** SIGKILL; undone by `start`. */
  readonly kill: () => Promise<void>
  /** A command of certmgr beside the daemon. */
  readonly certmgr: (...words: readonly string[]) => Promise<ProgramResult>
  readonly statusOf: (name: string) => Promise<StatusRow | undefined>
  /** What the daemon has logged since it was started last. */
  readonly log: () => string
  readonly dispose: () => Promise<void>
}

export interface ActingNodeOptions {
  readonly name?: string
  readonly role?: 'worker' | 'master'
  /** For its files, on a disk of one's own; else a new one that goes with it. */
  readonly folder?: string
  /** Specs, given where the node's files are. */
  readonly specs: (path: (name: string) => string) => readonly Record<string, unknown>[]
  readonly config?: Readonly<Record<string, unknown>>
  /** In front of the program, as `env`. */
  readonly wrapper?: readonly string[]
}

const LOOPBACK = ['--address', '127.0.0.1']

export const joinActingNode = async (
  ca: Pick<CaServerProcess, 'ca'>,
  {
    name = 'worker-1',
    role = 'worker',
    specs,
    config = {},
    wrapper = [],
    ...more
  }: ActingNodeOptions,
): Promise<ActingNode> => {
  const folder = more.folder ?? mkdtempSync(join(tmpdir(), 'easycerts-node-'))
  const path = (file: string): string => join(folder, 'pki', file)
  const words = ['ticket', 'create', '--node', name, '--role', role, ...LOOPBACK]
  const { ticket } = JSON.parse((await ca.ca(words)).stdout) as { ticket: string }
  const joined = await runProgram('node-join', ['--root', folder, '--no-start'], ticket, wrapper)
  if (joined.exitCode !== 0) throw new Error(`node-join failed: ${joined.stderr}`)
  const specDirectory = join(folder, 'specs')
  mkdirSync(specDirectory)
  mkdirSync(join(folder, 'pki'))
  for (const spec of specs(path))
    writeFileSync(join(specDirectory, `${String(spec['name'])}.yaml`), stringify(spec))
  const file = join(folder, 'certmgr.yaml')
  const places = {
    specs: specDirectory,
    identity: join(folder, NODE_PATHS.identityDirectory),
    state: join(folder, NODE_PATHS.certmgrState),
  }
  writeFileSync(file, stringify({ ...places, ...config }))

  let daemon: ChildProcess | undefined
  let log = ''
  const kill = async (): Promise<void> => {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return
    const ended = once(daemon, 'close')
    daemon.kill('SIGKILL')
    await ended
  }
  const certmgr = (...command: readonly string[]) =>
    runProgram('certmgr', [...command, '--config', file], '', wrapper)
  return {
    folder,
    path,
    certificate: (which) => parseCertificatePem(readFileSync(path(which), 'utf8')),
    start: () => {
      log = ''
      daemon = startProgram('certmgr', ['run', '--config', file], wrapper)
      daemon.stderr?.on('data', (octets: Buffer) => (log += octets.toString('utf8')))
      daemon.stdout?.resume()
    },
    signal: (which) => void daemon?.kill(which),
    kill,
    certmgr,
    statusOf: async (which) => {
      const { stdout } = await certmgr('status', '--output', 'json')
      const { certificates } = JSON.parse(stdout) as { certificates: StatusRow[] }
      return certificates.find((row) => row.name === which)
    },
    log: () => log,
    dispose: async () => {
      await kill()
      if (more.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until certmgr says that it has seen this certificate in use. */
export const untilProven = (node: Pick<ActingNode, 'log'>, serialNumber: string): Promise<void> =>
  until(
    () =>
      node
        .log()
        .split('\n')
        .some((line) => line.includes('certificate is in use') && line.includes(serialNumber)),
    { within: 30_000 },
  )

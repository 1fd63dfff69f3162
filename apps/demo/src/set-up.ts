import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTextFile, writeFileDurably } from '@easycerts/adapters/files'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { formatDuration, seconds } from '@easycerts/shared/time'
import { parse, stringify } from 'yaml'
import type { DemoOptions } from './demo-options.ts'
import { type Daemon, type ProgramName, programArgv, runProgram, startDaemon } from './programs.ts'
import type { Scratch } from './scratch.ts'

interface SetUp {
  readonly scratch: Scratch
  readonly options: DemoOptions
  /** The executable of Node. */
  readonly node: string
  readonly say: (line: string) => void
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Keeps what must be stopped at the end. */
  readonly onStarted: (daemon: Daemon) => void
}

/** A CA, a master and a worker that joined it, a kubeconfig: each step is what an operator would type. */
export const setUp = async (wish: SetUp): Promise<void> => {
  const { scratch, say } = wish
  await startCa(wish)
  await joinNode(
    wish,
    ['--node', 'master-1', '--role', 'master', '--cluster-admin'],
    scratch.masterRoot,
  )
  await joinNode(wish, ['--node', 'worker-1', '--role', 'worker'], scratch.workerRoot)
  await runCa(wish, 'kubeconfig', '--ttl', '1h', '--out', scratch.adminKubeconfig)
  say('an admin exported a kubeconfig: kubernetes-admin, system:masters, 1h')
}

const argvOf = ({ node }: SetUp, name: ProgramName): string[] => programArgv(node, name)

const runCa = (wish: SetUp, ...args: readonly string[]): Promise<string> =>
  runProgram([...argvOf(wish, 'ca-server'), '--data-directory', wish.scratch.caData, ...args])

const startCa = async (wish: SetUp): Promise<void> => {
  const { scratch, options, say } = wish
  const { ports } = scratch
  await runCa(
    wish,
    'init',
    '--name',
    'demo',
    '--address',
    '127.0.0.1',
    '--listen',
    '127.0.0.1',
    '--join-port',
    `${ports.join}`,
    '--node-port',
    `${ports.node}`,
    '--public-port',
    '0',
    '--apiserver',
    `https://127.0.0.1:${ports.apiserver}`,
    '--kubernetes-version',
    '1.30',
    '--certificate-life',
    formatDuration(options.life),
    '--insecure-plaintext-keys',
  )
  say('ca-server init: four issuers (cluster, etcd, front-proxy, enrolment)')
  wish.onStarted(
    startDaemon(
      [...argvOf(wish, 'ca-server'), '--data-directory', scratch.caData, 'serve'],
      join(scratch.directory, 'ca-server.log'),
    ),
  )
  await waitForCa(wish)
  say(`ca-server serve: join listener on ${ports.join}, mutual TLS on ${ports.node}`)
}

const ATTEMPTS = 100

const waitForCa = async (wish: SetUp): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await runCa(wish, 'issuer', 'list')
      return
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await wish.sleep(seconds(0.1))
    }
  }
}

const joinNode = async (
  wish: SetUp,
  ticketArgs: readonly string[],
  root: string,
): Promise<void> => {
  const [, name = ''] = ticketArgs
  const ticket = await runCa(
    wish,
    'ticket',
    'create',
    ...ticketArgs,
    '--address',
    '127.0.0.1',
    '--ttl',
    '10m',
  )
  wish.say(`a ticket for ${name}: ${ticket.slice(0, 20)}… (one line, one use, ten minutes)`)
  await runProgram([...argvOf(wish, 'node-join'), '--root', root], ticket)
  wish.say(`node-join < ticket: ${name} verified the CA by its pin and has its certificates`)
  await useStandInSystemctl(wish, name, root)
  wish.onStarted(
    startDaemon(
      [...argvOf(wish, 'certmgr'), 'run', '--root', root],
      join(wish.scratch.directory, `certmgr-${name}.log`),
    ),
  )
  wish.say(`certmgr run: keeps the certificates of ${name} true`)
}

/**
 * What differs from a real node: its service manager is the demonstration, whose components listen
 * elsewhere.
 */
const useStandInSystemctl = async (
  { node, scratch }: SetUp,
  name: string,
  root: string,
): Promise<void> => {
  const path = join(root, NODE_PATHS.certmgrConfig)
  const config = parse(readTextFile(path)) as Record<string, unknown>
  const shim = fileURLToPath(new URL('../bin/systemctl.js', import.meta.url))
  const serviceManager = { kind: 'systemd', systemctl: [node, shim, scratch.systemctlSocket, name] }
  const content = stringify({ ...config, proveUse: false, serviceManager })
  await writeFileDurably({ path, content, mode: 0o644 })
}

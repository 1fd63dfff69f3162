import { appendFileSync, chownSync, cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CA_PATHS } from '@easycerts/shared/layout'
import { startCaServer } from '../ca-server-process.ts'
import { runProgram } from '../e2e/run-program.ts'
import { type BootedMachine, type MachineOptions, makeMachine } from './booted-machine.ts'
import { enableUnit, writeIn } from './machine-root.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')
const PROGRAMS = '/opt/easycerts'

/** Of loopback in the machine's own network: a component may not advertise 127.0.0.1. */
export const MASTER_ADDRESS = '192.0.2.1'

const USERS = { etcd: 901, kubernetes: 902, easycerts: 903 } as const

const ADDRESS_UNIT = `[Unit]
Before=network-online.target network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/ip link set lo up
ExecStart=/usr/sbin/ip address add ${MASTER_ADDRESS}/32 dev lo
[Install]
WantedBy=multi-user.target
`

export interface MasterOptions extends Omit<MachineOptions, 'programs'> {
  /** A directory like /usr, whose bin/ has the programs that this machine has not. */
  readonly programs: string
  readonly kubernetesVersion: string
  /** Whether it gets the kubeconfig of cluster-admin. */
  readonly clusterAdmin?: boolean
  /** More for `ca-server init`. */
  readonly initWords?: readonly string[]
}

/** A master with the CA on it, joined and not booted yet: it has a network of its own, with loopback. */
export const makeMasterMachine = async ({
  programs,
  kubernetesVersion,
  clusterAdmin = false,
  initWords = [],
  words = [],
  ...options
}: MasterOptions): Promise<BootedMachine> => {
  const machine = makeMachine({
    ...options,
    programs,
    words: [`--bind-ro=${REPOSITORY}:${PROGRAMS}`, '--private-network', ...words],
  })
  const { root } = machine
  for (const [name, id] of Object.entries(USERS)) {
    appendFileSync(join(root, 'etc/passwd'), `${name}:x:${id}:${id}::/:/bin/false\n`)
    appendFileSync(join(root, 'etc/group'), `${name}:x:${id}:\n`)
  }
  writeIn(root, 'etc/systemd/system/address.service', ADDRESS_UNIT)
  enableUnit(root, 'address.service')
  await joinMaster(root, clusterAdmin, [
    ...['--apiserver', `https://${MASTER_ADDRESS}:6443`],
    ...['--kubernetes-version', kubernetesVersion, ...initWords],
  ])
  return machine
}

/** By a CA that runs outside for the while, and inside from the first boot on. */
const joinMaster = async (
  root: string,
  clusterAdmin: boolean,
  initArgs: readonly string[],
): Promise<void> => {
  const ca = await startCaServer({ initArgs })
  try {
    const words = ['--node', 'master-1', '--role', 'master', '--address', MASTER_ADDRESS]
    if (clusterAdmin) words.push('--cluster-admin')
    const { stdout } = await ca.ca(['ticket', 'create', ...words])
    const { ticket } = JSON.parse(stdout) as { ticket: string }
    const directory = join(PROGRAMS, 'node_modules/.bin')
    const joining = ['--root', root, '--no-start', '--program-directory', directory]
    const { exitCode, stderr } = await runProgram('node-join', joining, ticket)
    if (exitCode !== 0) throw new Error(`node-join failed: ${stderr}`)
    await ca.stop()
    const data = join(root, CA_PATHS.dataDirectory)
    cpSync(ca.directory, data, { recursive: true, preserveTimestamps: true, filter: isNoSocket })
    for (const path of ['', ...(readdirSync(data, { recursive: true }) as string[])])
      chownSync(join(data, path), USERS.easycerts, USERS.easycerts)
  } finally {
    await ca.dispose()
  }
}

const isNoSocket = (path: string): boolean => !path.endsWith('.sock')

import { appendFileSync, chownSync, cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CA_PATHS } from '@easycerts/shared/layout'
import { type CaServerOptions, startCaServer } from '../ca-server-process.ts'
import { runProgram } from '../e2e/run-program.ts'
import { enableUnit, writeIn } from './machine-root.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')
const PLACE = '/opt/easycerts'

/** Where a machine finds ca-server and certmgr, by the words of systemd-nspawn below. */
export const PROGRAM_DIRECTORY = `${PLACE}/node_modules/.bin`

/** The programs of this repository, and a network of its own, which is loopback alone. */
export const MASTER_WORDS = [`--bind-ro=${REPOSITORY}:${PLACE}`, '--private-network'] as const

/** Of loopback in the machine's own network: a component may not advertise 127.0.0.1. */
export const MASTER_ADDRESS = '192.0.2.1'

export const MASTER_NAME = 'master-1'

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

/** The users of its components, and its address. */
export const prepareMaster = (root: string): void => {
  for (const [name, id] of Object.entries(USERS)) {
    appendFileSync(join(root, 'etc/passwd'), `${name}:x:${id}:${id}::/:/bin/false\n`)
    appendFileSync(join(root, 'etc/group'), `${name}:x:${id}:\n`)
  }
  writeIn(root, 'etc/systemd/system/address.service', ADDRESS_UNIT)
  enableUnit(root, 'address.service')
}

/** By a CA that runs outside for the while, and inside from the first boot on. */
export const joinMaster = async (
  root: string,
  clusterAdmin: boolean,
  options: CaServerOptions,
): Promise<void> => {
  const ca = await startCaServer(options)
  try {
    const words = ['--node', MASTER_NAME, '--role', 'master', '--address', MASTER_ADDRESS]
    if (clusterAdmin) words.push('--cluster-admin')
    const { stdout } = await ca.ca(['ticket', 'create', ...words])
    const { ticket } = JSON.parse(stdout) as { ticket: string }
    const joining = ['--root', root, '--no-start', '--program-directory', PROGRAM_DIRECTORY]
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

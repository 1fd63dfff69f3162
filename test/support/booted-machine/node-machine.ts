import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_PATHS, PKI } from '@easycerts/shared/layout'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { CaServerProcess } from '../ca-server-process.ts'
import { nginxArguments, nginxConfig } from '../consumers/nginx.ts'
import { TLS_SERVICE } from '../consumers/tls-service.ts'
import { runProgram } from '../e2e/run-program.ts'
import { type BootedMachine, makeMachine } from './booted-machine.ts'
import { enableUnit, writeIn } from './machine-root.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')
export const PROGRAMS = '/opt/easycerts/bin'
const HELD = '/etc/machine'

/** A booted node with certmgr as node-join installs it, and two services of its certificates. */
export interface NodeMachine extends BootedMachine {
  readonly certificate: (name: string) => Certificate
  /** A command of certmgr inside. */
  readonly certmgr: (...words: readonly string[]) => Promise<string>
}

/** The services, and on which port of loopback each of them listens. */
export interface NodeMachinePorts {
  readonly nginx: number
  readonly node: number
}

export const certificatePath = (name: string): string => `${PKI}/${name}.crt`
const keyPath = (name: string): string => `${PKI}/${name}.key`

/** It is tried without end: at the first boot its certificate comes after it. */
const service = (lines: readonly string[]): string =>
  [
    ...['[Unit]', 'StartLimitIntervalSec=0', '[Service]', 'Type=exec', 'Restart=always'],
    ...['RestartSec=200ms', 'ExecReload=/bin/kill -HUP $MAINPID', ...lines, ''],
  ].join('\n')

/** Joins it from outside; it is not booted yet. */
export const makeNodeMachine = async (
  ca: Pick<CaServerProcess, 'ca'>,
  ports: NodeMachinePorts,
): Promise<NodeMachine> => {
  const machine = makeMachine()
  const { root } = machine
  installProgram(root, 'certmgr')
  const words = ['--node', 'worker-1', '--role', 'worker', '--address', '127.0.0.1']
  const { stdout } = await ca.ca(['ticket', 'create', ...words])
  const { ticket } = JSON.parse(stdout) as { ticket: string }
  const join = ['--root', root, '--no-start', '--program-directory', PROGRAMS]
  const { exitCode, stderr } = await runProgram('node-join', join, ticket)
  if (exitCode !== 0) throw new Error(`node-join failed: ${stderr}`)
  installNginx(root, ports.nginx)
  installService(root, ports.node)
  return {
    ...machine,
    certificate: (name) =>
      parseCertificatePem(readFileSync(`${root}${certificatePath(name)}`, 'utf8')),
    certmgr: (...more) => machine.run(`${PROGRAMS}/certmgr`, ...more),
  }
}

/** A program as it is built, below `PROGRAMS`. */
export const installProgram = (root: string, name: 'certmgr' | 'node-join'): void => {
  const home = join(root, PROGRAMS, '..')
  mkdirSync(join(root, PROGRAMS), { recursive: true })
  for (const part of ['bin', 'out'])
    cpSync(join(REPOSITORY, 'apps', name, part), join(home, name, part), { recursive: true })
  writeFileSync(join(home, name, 'package.json'), '{"type":"module"}')
  symlinkSync(`../${name}/bin/${name}.js`, join(root, PROGRAMS, name))
}

const specOf = (name: string, unit: string, port: number) => ({
  ...{ kind: 'Certificate', name, profile: 'kubelet-serving', group: name },
  certificate: { path: certificatePath(name) },
  key: { path: keyPath(name) },
  actions: { leaf: [{ reload: unit }] },
  proof: { address: `127.0.0.1:${port}` },
})

const addSpec = (root: string, spec: ReturnType<typeof specOf>): void =>
  writeIn(root, `${NODE_PATHS.specDirectory}/${spec.name}.yaml`, stringify(spec))

const installNginx = (root: string, port: number): void => {
  const [certificate, key] = [certificatePath('site'), keyPath('site')]
  const config = nginxConfig({ folder: '/run', port, certificate, key })
  writeIn(root, `${HELD}/nginx.conf`, config)
  const command = nginxArguments(`${HELD}/nginx.conf`)
    .map((word) => `"${word}"`)
    .join(' ')
  const lines = ['ExecStartPre=/bin/mkdir -p /run/nginx', `ExecStart=/usr/sbin/nginx ${command}`]
  writeIn(root, 'etc/systemd/system/site.service', service(lines))
  enableUnit(root, 'site.service')
  addSpec(root, specOf('site', 'site.service', port))
}

const installService = (root: string, port: number): void => {
  writeIn(root, `${HELD}/tls-service.mjs`, TLS_SERVICE)
  const words = [`${HELD}/tls-service.mjs`, port, certificatePath('shop'), keyPath('shop')]
  const lines = [`ExecStart=${process.execPath} ${words.join(' ')}`]
  writeIn(root, 'etc/systemd/system/shop.service', service(lines))
  enableUnit(root, 'shop.service')
  addSpec(root, specOf('shop', 'shop.service', port))
}

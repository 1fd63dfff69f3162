import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { createLog } from '@easycerts/adapters/log'
import { createNoServiceManager, type ServiceManager } from '@easycerts/adapters/systemd'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { openContext } from '../../../apps/certmgr/src/daemon/index.ts'
import { newMemory, recover, runPass } from '../../../apps/certmgr/src/pass/index.ts'
import { loadAllSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { readKnown } from '../../../apps/certmgr/src/state/index.ts'
import type { Machine } from '../../../apps/node-join/src/machine/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

export const SECRETS = '/var/lib/kubernetes/secrets'
export const TOKEN_FILE = `${SECRETS}/apitoken.secret`
export const CERTMGR_CONFIG = '/nix/store/0123-certmgr.yaml'

/** The certificates of a node, as easyCerts names them. */
export const NODE_FILES = {
  kubelet: { CN: 'worker-1', unit: 'kubelet', O: undefined },
  'kubelet-client': { CN: 'system:node:worker-1', unit: 'kubelet', O: 'system:nodes' },
  'kube-proxy-client': { CN: 'system:kube-proxy', unit: 'kube-proxy', O: undefined },
  'flannel-client': { CN: 'flannel-client', unit: 'flannel', O: undefined },
} as const

/** A machine of NixOS with easyCerts, below a root of the test, whose systemd only writes down. */
export interface EasyCertsNode {
  readonly root: string
  readonly at: (path: string) => string
  readonly read: (path: string) => string
  readonly write: (path: string, text: string, mode?: number) => void
  readonly machine: Machine
  /** 'restart kubelet.service', in order. */
  readonly calls: string[]
  /** What a restart of certmgr does: by default a whole pass of ours. */
  onCertmgr: () => Promise<void>
  /** Units that run. */
  readonly active: Set<string>
  readonly end: AbortController
}

const UNITS = ['certmgr', 'kubelet', 'kube-proxy', 'flannel']

/** `url` is the CA of its specs. */
export const easyCertsNode = (
  url: string,
  units: readonly string[] = UNITS,
  root = temporaryFolder(),
): EasyCertsNode => {
  const at = (path: string): string => join(root, path)
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text, { mode })
  }
  for (const unit of units)
    write(
      `/etc/systemd/system/${unit}.service`,
      `[Service]\nExecStart=/nix/store/0123-${unit}/bin/${unit} -f ${CERTMGR_CONFIG}\n`,
    )
  write(
    CERTMGR_CONFIG,
    JSON.stringify({ dir: '/nix/store/0123-certmgr.d', svcmgr: 'command', interval: '30m' }),
  )
  for (const name of Object.keys(NODE_FILES) as (keyof typeof NODE_FILES)[])
    if (units.includes(NODE_FILES[name].unit))
      write(`/nix/store/0123-certmgr.d/${name}.json`, JSON.stringify(nodeSpec(name, url)))
  const calls: string[] = []
  const end = new AbortController()
  const active = new Set<string>()
  const node: EasyCertsNode = {
    ...{ root, at, write, calls, active, end },
    read: (path) => readFileSync(at(path), 'utf8'),
    onCertmgr: () => passOfCertmgr(root),
    machine: {
      ...{ root, clock: () => new Date(), randomOctets: randomBytes, effectiveUid: 0 },
      signal: end.signal,
      services: recorded(calls, active, () => node.onCertmgr()),
    },
  }
  return node
}

const nodeSpec = (name: keyof typeof NODE_FILES, remote: string): object => {
  const { CN, O } = NODE_FILES[name]
  return {
    service: null,
    action: 'true',
    authority: {
      ...{ remote, root_ca: `${SECRETS}/ca.pem`, profile: 'default', auth_key_file: TOKEN_FILE },
    },
    certificate: { path: `${SECRETS}/${name}.pem` },
    private_key: { mode: '0600', path: `${SECRETS}/${name}-key.pem` },
    request: {
      ...{ CN, hosts: [CN], key: { algo: 'ecdsa', size: 256 } },
      names: [O === undefined ? {} : { O }],
    },
  }
}

const recorded = (
  calls: string[],
  active: ReadonlySet<string>,
  onCertmgr: () => Promise<void>,
): ServiceManager => ({
  ...createNoServiceManager(() => undefined),
  isActive: (unit) => Promise.resolve(active.has(unit)),
  restart: async (unit) => {
    calls.push(`restart ${unit}`)
    if (unit === 'certmgr.service') await onCertmgr()
  },
})

/** What the daemon does first of all. */
const passOfCertmgr = async (root: string): Promise<void> => {
  const config = loadConfig({ root, file: CERTMGR_CONFIG, environment: {} })
  const clock = () => new Date()
  const log = createLog({ sink: { write: () => true }, format: 'text', level: 'error', clock })
  const signal = new AbortController().signal
  const context = openContext(config, loadAllSpecs(config), { clock, log, signal, uid: 0 })
  await recover(context)
  await runPass(context, newMemory(clock(), readKnown(context)))
}

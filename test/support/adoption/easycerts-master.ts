import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const TOKEN = '0123456789abcdef0123456789abcdef'
export const MASTER_ADDRESS = 'localhost'

const SECRETS = '/var/lib/kubernetes/secrets'
const STORE = '/etc/static/easycerts-1'
export const SIGNING_CONFIG = `${STORE}-cfssl.json`
const SPECS = `${STORE}-certmgr.d`

interface SpecRow {
  readonly attribute: string
  readonly file: string
  readonly commonName: string
  readonly organization?: string
  readonly hosts?: readonly string[]
}

/** The 15 certificates of a NixOS master, as its module names them. */
export const MASTER_SPECS: readonly SpecRow[] = [
  { attribute: 'kubelet', file: 'kubelet', commonName: 'master.example.net' },
  {
    attribute: 'kubeletClient',
    file: 'kubelet-client',
    commonName: 'system:node:master.example.net',
    organization: 'system:nodes',
  },
  { attribute: 'kubeProxyClient', file: 'kube-proxy-client', commonName: 'system:kube-proxy' },
  { attribute: 'flannelClient', file: 'flannel-client', commonName: 'flannel-client' },
  {
    attribute: 'apiServer',
    file: 'kube-apiserver',
    commonName: 'kubernetes',
    hosts: [
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      MASTER_ADDRESS,
      '10.0.0.1',
      '127.0.0.1',
    ],
  },
  {
    attribute: 'apiserverProxyClient',
    file: 'kube-apiserver-proxy-client',
    commonName: 'front-proxy-client',
  },
  {
    attribute: 'apiserverKubeletClient',
    file: 'kube-apiserver-kubelet-client',
    commonName: 'system:kube-apiserver',
  },
  {
    attribute: 'apiserverEtcdClient',
    file: 'kube-apiserver-etcd-client',
    commonName: 'etcd-client',
  },
  {
    attribute: 'clusterAdmin',
    file: 'cluster-admin',
    commonName: 'cluster-admin',
    organization: 'system:masters',
  },
  {
    attribute: 'etcd',
    file: 'etcd',
    commonName: MASTER_ADDRESS,
    hosts: ['etcd.local', 'etcd.cluster.local', MASTER_ADDRESS],
  },
  {
    attribute: 'controllerManager',
    file: 'kube-controller-manager',
    commonName: 'kube-controller-manager',
  },
  {
    attribute: 'controllerManagerClient',
    file: 'kube-controller-manager-client',
    commonName: 'system:kube-controller-manager',
  },
  {
    attribute: 'schedulerClient',
    file: 'kube-scheduler-client',
    commonName: 'system:kube-scheduler',
  },
  {
    attribute: 'addonManager',
    file: 'kube-addon-manager',
    commonName: 'system:kube-addon-manager',
  },
  {
    attribute: 'serviceAccount',
    file: 'service-account',
    commonName: 'system:service-account-signer',
  },
]

/** What the module writes for one of them. */
export const specOf = (row: SpecRow, port: number): object => ({
  service: null,
  action: '',
  authority: {
    remote: `https://${MASTER_ADDRESS}:${port}`,
    root_ca: `${SECRETS}/ca.pem`,
    profile: 'default',
    auth_key_file: `${SECRETS}/apitoken.secret`,
  },
  certificate: { path: `${SECRETS}/${row.file}.pem` },
  private_key: {
    owner: 'root',
    group: 'root',
    mode: '0600',
    path: `${SECRETS}/${row.file}-key.pem`,
  },
  request: {
    CN: row.commonName,
    hosts: [row.commonName, ...(row.hosts ? [...row.hosts, null] : [])],
    key: { algo: 'rsa', size: 2048 },
    names: [row.organization === undefined ? {} : { O: row.organization }],
  },
})

const CA_SPEC = {
  O: 'NixOS',
  OU: 'services.kubernetes.pki.caSpec',
  L: 'auto-generated',
}

const signingConfigOf = (): object => ({
  signing: {
    profiles: { default: { usages: ['digital signature'], auth_key: 'default', expiry: '720h' } },
  },
  auth_keys: { default: { type: 'standard', key: 'file:/var/lib/cfssl/apitoken.secret' } },
})

export const cfsslWords = (port: number): string[] => [
  ...['serve', '-address=0.0.0.0', `-port=${port}`],
  ...['-ca=/var/lib/cfssl/ca.pem', '-ca-key=/var/lib/cfssl/ca-key.pem'],
  `-config=${SIGNING_CONFIG}`,
  ...['-tls-key=/var/lib/cfssl/cfssl-key.pem', '-tls-cert=/var/lib/cfssl/cfssl.pem', '-loglevel=1'],
]

const cfsslUnit = (port: number): string => `[Unit]
Description=CFSSL CA API server
After=network.target
[Service]
ExecStart=/usr/bin/cfssl ${cfsslWords(port)
  .map((word) => word.replace(/=(.*)/, '="$1"'))
  .join(' ')}
Restart=always
[Install]
WantedBy=multi-user.target
`

/** Files of a master as NixOS makes them, below a root, with a CA that cfssl itself made. */
export const makeEasyCertsMaster = (root: string, port = 8888): void => {
  const put = (path: string, content: string, mode = 0o644): string => {
    const full = join(root, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content, { mode })
    chmodSync(full, mode)
    return full
  }
  const made = (...args: string[]): { cert: string; key: string; csr: string } =>
    JSON.parse(
      execFileSync('cfssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ) as { cert: string; key: string; csr: string }
  const key = { algo: 'rsa', size: 2048 }
  const store = (name: string, pair: { cert: string; key: string; csr: string }): void => {
    put(`/var/lib/cfssl/${name}.pem`, pair.cert)
    put(`/var/lib/cfssl/${name}-key.pem`, pair.key, 0o600)
    put(`/var/lib/cfssl/${name}.csr`, pair.csr)
  }
  const request = put('/tmp/ca.json', JSON.stringify({ key, names: [CA_SPEC] }))
  store('ca', made('genkey', '-initca', request))
  const api = put(
    '/tmp/api.json',
    JSON.stringify({ key, CN: MASTER_ADDRESS, hosts: [MASTER_ADDRESS, '127.0.0.1'] }),
  )
  const at = (path: string): string => join(root, path)
  store(
    'cfssl',
    made(
      'gencert',
      '-ca',
      at('/var/lib/cfssl/ca.pem'),
      '-ca-key',
      at('/var/lib/cfssl/ca-key.pem'),
      api,
    ),
  )
  // NixOS ends the line, which Debian's cfssl 1.2.0 takes for a part of the key.
  put('/var/lib/cfssl/apitoken.secret', TOKEN, 0o400)
  put(SIGNING_CONFIG, JSON.stringify(signingConfigOf()))
  put(
    `${STORE}-certmgr.yaml`,
    JSON.stringify({
      dir: SPECS,
      default_remote: `127.0.0.1:${port}`,
      svcmgr: 'command',
      before: '72h',
      interval: '30m',
      metricsPort: 9488,
      metricsAddress: '127.0.0.1',
    }),
  )
  for (const row of MASTER_SPECS)
    put(`${SPECS}/${row.attribute}.json`, JSON.stringify(specOf(row, port)))
  put('/etc/systemd/system/cfssl.service', cfsslUnit(port))
  put(
    '/etc/systemd/system/certmgr.service',
    `[Service]\nExecStart=/usr/bin/certmgr -f ${STORE}-certmgr.yaml\n`,
  )
  put(
    '/etc/kubernetes/cluster-admin.kubeconfig',
    JSON.stringify({
      clusters: [{ name: 'local', cluster: { server: `https://${MASTER_ADDRESS}:6443` } }],
    }),
  )
}

import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Layout, layoutOf, NODE_PATHS } from '@easycerts/shared/layout'
import { parse } from 'yaml'
import { runProgram } from '../../support/e2e/run-program.ts'
import { filesOf } from '../../support/file-tree.ts'
import { type DescribedCa, startDescribedCa } from '../../support/join/described-ca.ts'
import { openssl } from '../../support/openssl.ts'
import { runNodeJoin } from '../../support/run-node-join.ts'

const described = (more: object) => ({
  name: 'demo',
  masterAddress: '192.0.2.1',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['192.0.2.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['192.0.2.11'] },
  ],
  ...more,
})

/** Each layout with the oldest or the newest release of a flavour that has it. */
const CASES = [
  ['easycerts', { kubernetesVersion: '1.36' }],
  ['kubeadm', { kubernetesVersion: '1.15', layout: 'kubeadm' }],
  ['nixos', { kubernetesVersion: '1.9', flavour: 'nixos' }],
  ['kubeasz', { kubernetesVersion: '1.9', flavour: 'kubeasz' }],
] as const

/** Each has a CA of its own; beside other tests there is time for the one that differs most. */
const RUN = process.env['SOAK'] === 'full' ? CASES : CASES.filter(([name]) => name === 'nixos')

/** The bundle by which the other side judges a certificate, and as what. */
const JUDGES = {
  'kubelet-client': ['client-ca', 'sslclient'],
  'kubelet-serving': ['server-ca', 'sslserver'],
  'kube-proxy-client': ['client-ca', 'sslclient'],
  'flannel-client': ['client-ca', 'sslclient'],
  'etcd-server': ['etcd-client', 'sslserver'],
  'etcd-peer': ['etcd-peer', 'sslserver'],
  'etcd-healthcheck-client': ['etcd-client', 'sslclient'],
  'kube-apiserver': ['server-ca', 'sslserver'],
  'kube-apiserver-kubelet-client': ['client-ca', 'sslclient'],
  'kube-apiserver-etcd-client': ['etcd-client', 'sslclient'],
  'front-proxy-client': ['front-proxy', 'sslclient'],
  'kube-controller-manager': ['server-ca', 'sslserver'],
  'kube-controller-manager-client': ['client-ca', 'sslclient'],
  'kube-scheduler': ['server-ca', 'sslserver'],
  'kube-scheduler-client': ['client-ca', 'sslclient'],
  'kube-addon-manager-client': ['client-ca', 'sslclient'],
  'cluster-admin': ['client-ca', 'sslclient'],
} as const

/** CN and O of nixpkgs, but of the kubelet's own: kube-apiserver will ask for this one (KEP-4872). */
const NIXOS_SUBJECTS = {
  'kubelet-serving': 'O=system:nodes, CN=system:node:master-1',
  'kubelet-client': 'O=system:nodes, CN=system:node:master-1',
  'kube-proxy-client': 'CN=system:kube-proxy',
  'flannel-client': 'CN=flannel-client',
  'kube-apiserver': 'CN=kubernetes',
  'front-proxy-client': 'CN=front-proxy-client',
  'kube-apiserver-kubelet-client': 'CN=system:kube-apiserver',
  'kube-apiserver-etcd-client': 'CN=etcd-client',
  'cluster-admin': 'O=system:masters, CN=cluster-admin',
  'etcd-server': 'CN=master-1',
  'kube-controller-manager': 'CN=kube-controller-manager',
  'kube-controller-manager-client': 'CN=system:kube-controller-manager',
  'kube-scheduler-client': 'CN=system:kube-scheduler',
  'kube-addon-manager-client': 'CN=system:kube-addon-manager',
}

/** Users that systemd-sysusers made below a root, or whoever runs this. */
const uidsIn = (root: string): ((owner: string) => number) => {
  const uid = process.geteuid?.() ?? 0
  if (uid !== 0) return () => uid
  const lines = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n')
  const uids = new Map(lines.map((line) => [line.split(':')[0], Number(line.split(':')[2])]))
  return (owner) => (owner === 'root' ? 0 : (uids.get(owner) ?? Number.NaN))
}

const stateOf = (path: string) => {
  const { uid, mode } = statSync(path)
  return { uid, mode: mode & 0o7777 }
}

const bundleOf = ({ bundles }: Layout, purpose: string): string =>
  bundles.find((row) => row.purpose === purpose)!.path

describe.each(RUN)('a master that joins with the layout %s', (name, more) => {
  const layout = layoutOf(name)
  const { certificates, kubeconfigs } = layout
  let ca: DescribedCa
  let root: string
  const at = (path: string) => join(root, path)
  const stackFiles = (): string[] =>
    filesOf(root)
      .map((path) => path.slice(root.length))
      .filter((path) => /^\/etc\/systemd\/system\/[^/]+$|^\/var\/lib\/kube/.test(path))

  beforeAll(async () => {
    ca = await startDescribedCa(described(more))
    const joined = await ca.join('master-1', 'master', '192.0.2.1')
    expect(joined.result.exitCode, joined.result.stderr).toBe(0)
    ;({ root } = joined)
  }, 60_000)
  afterAll(() => ca.dispose())

  it('has each key with its owner alone, and each certificate for all', () => {
    const uidOf = uidsIn(root)
    for (const { certificate, key, owner } of certificates) {
      expect(stateOf(at(key)), key).toEqual({ uid: uidOf(owner), mode: 0o600 })
      const forAll = { uid: uidOf('root'), mode: 0o644 }
      expect(stateOf(at(certificate)), certificate).toEqual(forAll)
    }
    for (const { path } of layout.bundles) expect(stateOf(at(path)).mode, path).toBe(0o644)
    expect(stateOf(at(layout.serviceAccountKey)).mode).toBe(0o600)
  })

  it('has certificates that those accept to whom they are shown', () => {
    expect(certificates.map(({ profile }) => profile).toSorted()).toEqual(
      Object.keys(JUDGES).toSorted(),
    )
    for (const { profile, certificate, key } of certificates) {
      const [purpose, use] = JUDGES[profile as keyof typeof JUDGES]
      const bundle = at(bundleOf(layout, purpose))
      const words = ['verify', '-x509_strict', '-purpose', use, '-CAfile', bundle]
      expect(openssl([...words, at(certificate)]).stdout, profile).toContain('OK')
      const certified = openssl(['x509', '-in', at(certificate), '-noout', '-pubkey']).stdout
      expect(openssl(['pkey', '-in', at(key), '-pubout']).stdout).toBe(certified)
    }
  })

  it.runIf(name === 'nixos')('has certificates with the subjects that NixOS gives them', () => {
    const subjects = Object.fromEntries(
      certificates.map(({ profile, certificate }) => {
        const { subject } = new X509Certificate(readFileSync(at(certificate)))
        return [profile, subject.replace('\n', ', ')]
      }),
    )
    expect(subjects).toMatchObject(NIXOS_SUBJECTS)
  })

  it('has kubeconfigs that refer to their own files, for their owner alone', () => {
    for (const { path, profile } of kubeconfigs) {
      const { clusters, users } = parse(readFileSync(at(path), 'utf8')) as {
        clusters: [{ cluster: Record<string, string> }]
        users: [{ user: Record<string, string> }]
      }
      const { certificate, key } = certificates.find((row) => row.profile === profile)!
      const { user } = users[0]
      expect(user, path).toEqual({ 'client-certificate': certificate, 'client-key': key })
      const { cluster } = clusters[0]
      expect(cluster['certificate-authority'], path).toBe(bundleOf(layout, 'server-ca'))
      expect(cluster['server'], path).toMatch(/^https:\/\/192\.0\.2\.1:(6443|8443)$/)
    }
  })

  it('has units that name files which are there', () => {
    const rows = [
      ...layout.certificates.flatMap(({ certificate, key }) => [certificate, key]),
      ...layout.bundles.map(({ path }) => path),
      ...layout.kubeconfigs.map(({ path }) => path),
    ]
    const directories = [...new Set(rows.map((path) => path.slice(0, path.lastIndexOf('/'))))]
    const named = stackFiles().flatMap((file) =>
      [...readFileSync(at(file), 'utf8').matchAll(/(?<=[\s=:,"'-])\/[\w./-]+/g)]
        .map(([path]) => path)
        .filter((path) => directories.some((each) => path.startsWith(`${each}/`)))
        .filter((path) => /\.(pem|crt|key|pub|conf|kubeconfig)$/.test(path)),
    )
    const own = new Set(rows)
    expect(named.filter((path) => own.has(path)).length).toBeGreaterThan(3)
    for (const path of new Set(named)) expect(existsSync(at(path)), path).toBe(true)
  })

  it('lets certmgr write wherever it renews', async () => {
    const unit = readFileSync(at(`${NODE_PATHS.unitDirectory}/certmgr.service`), 'utf8')
    const writable = [...unit.matchAll(/^ReadWritePaths=(.*)$/gm)]
      .flatMap(([, paths = '']) => paths.split(' '))
      .map((path) => path.replace(/^-/, ''))
    const { certificate, key } = certificates.find(({ profile }) => profile === 'kubelet-serving')!
    for (const path of [certificate, key])
      expect(
        writable.some((each) => path.startsWith(`${each}/`)),
        path,
      ).toBe(true)
    const before = [certificate, key].map((path) => readFileSync(at(path), 'utf8'))
    const renewed = await runProgram('certmgr', ['--root', root, 'renew', 'kubelet-serving'])
    expect(renewed.exitCode, renewed.stderr).toBe(0)
    const after = [certificate, key].map((path) => readFileSync(at(path), 'utf8'))
    expect(after[0]).not.toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(stateOf(at(key)).mode).toBe(0o600)
  })

  it('has nothing left after a reset but the key of tokens', async () => {
    const reset = await runNodeJoin(['--root', root, 'reset', '--yes'])
    expect(reset.exitCode, reset.stderr).toBe(0)
    const accounts = /^\/etc\/(\.pwd\.lock|(group|gshadow|passwd|shadow)-?)$/
    const left = filesOf(root).map((path) => path.slice(root.length))
    expect(left.filter((path) => !accounts.test(path))).toEqual(
      [layout.serviceAccountKey, layout.serviceAccountPublicKey].toSorted(),
    )
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { specSchema } from '@easycerts/shared/certificate-spec'
import { COMPONENT_UNITS, layoutOf } from '@easycerts/shared/layout'
import { KUBERNETES_PROFILES, profilesOfLayout } from '@easycerts/shared/profile'
import { clusterFactsOf, parseDescription } from '@easycerts/units/description'
import * as v from 'valibot'
import { readSigningConfig } from '@easycerts/cfssl/signing-config'
import { describeWith } from '../support/needed-tool.ts'
import {
  evaluateHost,
  evaluateInNixpkgs,
  evaluateNix,
  NIX_FOLDER,
  parseNix,
} from '../support/nix/evaluate-module.ts'
import { nixosStackOf } from '../support/units/nixos-samples.ts'
import { readUnit } from '../support/units/read-unit.ts'

const ROOT = join(NIX_FOLDER, '..')
const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const { NIXPKGS } = process.env

const layout = layoutOf('nixos')

interface NixCertificates {
  readonly certificates: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly serviceAccount: Readonly<Record<string, string>>
  readonly bundles: Readonly<Record<string, string>>
  readonly kubeconfigs: Readonly<Record<string, string>>
}

/** What the layout and the profiles say of a certificate, in the words of certificates.nix. */
const expectedCertificates = (): Record<string, unknown>[] => {
  const profiles = profilesOfLayout(KUBERNETES_PROFILES, 'nixos')
  return layout.certificates.map(({ profile, certificate, key, owner, component, roles }) => {
    const { commonName, organizations } = profiles.find(({ name }) => name === profile)!
    return {
      name: /([^/]+)\.pem$/.exec(certificate)?.[1],
      profile,
      CN: commonName,
      O: organizations[0] ?? null,
      owner,
      mode: '0600',
      unit: COMPONENT_UNITS[component] ?? null,
      roles: [...roles],
      cert: certificate,
      key,
    }
  })
}

const byProfile = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.toSorted((a, b) => String(a['profile']).localeCompare(String(b['profile'])))

describeWith('nix-instantiate', 'the NixOS module', () => {
  it.each(readdirSync(NIX_FOLDER).filter((name) => name.endsWith('.nix')))(
    'has a %s that nix can parse',
    (name) => {
      expect(parseNix(join(NIX_FOLDER, name))).not.toBe('')
    },
  )

  it('offers every option of services.kubernetes.pki with its default, and says what it means', () => {
    const { options } = evaluateHost('master')
    const rows = readText('test/fixtures/nixos-pki-options.txt')
      .split('\n')
      .filter((line) => line.includes(' | '))
      .slice(1)
      .map((line) => line.split(' | '))
    expect(rows).toHaveLength(10)
    for (const [name = '', preset = ''] of rows) {
      expect(options[name]?.default, name).toEqual(JSON.parse(preset))
      expect(options[name]?.description.length, name).toBeGreaterThan(40)
    }
  })

  it('names certificates, keys, subjects, owners and modes as the layout nixos gives them', () => {
    const nix = evaluateNix(join(NIX_FOLDER, 'certificates.nix')) as NixCertificates
    expect(byProfile(Object.values(nix.certificates))).toEqual(byProfile(expectedCertificates()))
    const bundle = (purpose: string) => layout.bundles.find((row) => row.purpose === purpose)?.path
    const { clientCa, serverCa, etcdClient, etcdPeer, frontProxy } = nix.bundles
    expect([clientCa, serverCa, etcdClient, etcdPeer, frontProxy]).toEqual(
      ['client-ca', 'server-ca', 'etcd-client', 'etcd-peer', 'front-proxy'].map(bundle),
    )
    expect(nix.serviceAccount).toEqual({
      key: layout.serviceAccountKey,
      cert: layout.serviceAccountPublicKey,
      bundle: bundle('service-account'),
    })
    const paths = layout.kubeconfigs.map(({ path }) => path)
    for (const path of Object.values(nix.kubeconfigs)) expect(paths).toContain(path)
  })

  it('confines certmgr and ca-server as on other systems', () => {
    const { services } = evaluateHost('master').config.systemd
    const stack = nixosStackOf({ role: 'master', request: { caServer: { sealedKeys: true } } })
    for (const name of ['certmgr', 'ca-server']) {
      const file = stack.files.find(({ path }) => path.endsWith(`/${name}.service`))!
      const generated = readUnit(file.content)
        .filter(({ section, name: key }) => section === 'Service' && !key.startsWith('Exec'))
        .flatMap(({ name: key, value }) =>
          (key === 'ReadWritePaths' ? value.split(' ') : [value]).map((each) => `${key}=${each}`),
        )
      const { serviceConfig = {} } = services[name]!
      const ours = Object.entries(serviceConfig)
        .filter(([key]) => !key.startsWith('Exec'))
        .flatMap(([key, value]) => [value].flat().map((each) => `${key}=${String(each)}`))
      expect(ours.toSorted()).toEqual(generated.toSorted())
    }
  })

  it('tells nodes of the cluster that ca-server init is told of, in every form', () => {
    const forms = [
      {},
      { apiserver: { securePort: 443 }, masterAddress: '192.0.2.10' },
      { masterAddress: '2001:db8::1', roles: ['master', 'node'] },
      { package: { version: '1.14.3' } },
    ]
    for (const kubernetes of forms) {
      const { description, config } = evaluateHost('master', { kubernetes })
      const parsed = parseDescription('cluster.yaml', JSON.stringify(description))
      const facts = clusterFactsOf(parsed)
      const script = config.systemd.services['ca-server-init']?.script ?? ''
      const flag = (name: string) => new RegExp(`--${name} '?([^' ]+)'?`).exec(script)?.[1]
      expect({
        name: flag('name'),
        domain: flag('domain'),
        serviceCidr: flag('service-cidr'),
        podCidr: flag('pod-cidr'),
        apiserver: flag('apiserver'),
        kubernetesVersion: flag('kubernetes-version'),
      }).toEqual(facts)
      expect(parsed.layout).toBe('nixos')
    }
  })

  it('wires components to files that the layout has, and etcd to loopback', () => {
    const { services } = evaluateHost('master').config
    const text = JSON.stringify([services['kubernetes'], services['etcd'], services['flannel']])
    const named = new Set(text.match(/\/(var\/lib\/kubernetes\/secrets|etc\/kubernetes)\/[\w.-]+/g))
    const known = new Set([
      ...layout.certificates.flatMap(({ certificate, key }) => [certificate, key]),
      ...[...layout.bundles, ...layout.kubeconfigs].map(({ path }) => path),
      ...[layout.serviceAccountKey, layout.serviceAccountPublicKey],
    ])
    expect(named.size).toBeGreaterThan(25)
    expect([...named].filter((path) => !known.has(path))).toEqual([])
    const urls = [...JSON.stringify(services['etcd']).matchAll(/https:\/\/([^:"]+)/g)]
    expect(new Set(urls.map(([, host]) => host))).toEqual(new Set(['127.0.0.1']))
    expect(services['kubernetes']).toMatchObject({ easyCerts: false, pki: { enable: false } })
  })

  it('tells kube-apiserver whom to believe as the aggregator: a CA of its own', () => {
    const { kubernetes } = evaluateHost('master').config.services
    const words = JSON.stringify(kubernetes?.['apiserver']).split(/[ "]/)
    const path = layout.bundles.find(({ purpose }) => purpose === 'front-proxy')?.path
    expect(words).toContain(`--requestheader-client-ca-file=${path}`)
    expect(words).toContain('--requestheader-allowed-names=front-proxy-client')
  })

  it('keeps certificates of an operator’s own by specs that certmgr reads', () => {
    const own = {
      name: 'registry',
      action: 'systemctl reload registry',
      CN: 'registry',
      privateKeyOwner: 'root',
    }
    const { environment } = evaluateHost('worker', {
      easycerts: { certs: { registry: own } },
    }).config
    const spec = v.parse(
      specSchema,
      JSON.parse(environment.etc['easycerts/certmgr.d/registry.yaml']?.text ?? ''),
    )
    expect(spec).toMatchObject({
      profile: 'registry',
      key: { path: '/var/lib/kubernetes/secrets/registry-key.pem', owner: 'root', mode: '0600' },
      actions: { key: [{ command: ['/nix/bash/bin/bash', '-c', own.action] }] },
    })
  })

  it('has no CA on a worker, and the command that people know', () => {
    const { systemd, environment } = evaluateHost('worker').config
    expect(Object.keys(systemd.services).toSorted()).toEqual([
      'certmgr',
      'easycerts-join',
      'flannel',
    ])
    expect(systemd.services['flannel']?.aliases).toEqual([COMPONENT_UNITS.flannel])
    const [command] = environment.systemPackages.filter((each) => typeof each !== 'string')
    expect(command?.name).toBe('nixos-kubernetes-node-join')
    const order = [...(command?.text ?? '').matchAll(/systemctl restart ([\w-]+)/g)].map(
      ([, unit]) => unit,
    )
    expect(order).toEqual(['certmgr', 'kubelet', 'kube-proxy', 'flannel'])
  })

  it('answers old nodes as cfssl did, where it is given their token', () => {
    expect(Object.keys(evaluateHost('master').config.environment.etc)).not.toContain(
      'easycerts/cfssl.json',
    )
    const easycerts = { legacyTokenFile: '/var/lib/cfssl/apitoken.secret' }
    const { environment, systemd } = evaluateHost('master', { easycerts }).config
    const { serviceConfig } = systemd.services['ca-server'] ?? {}
    expect(serviceConfig?.['ExecStart']).toContain(' --cfssl-config /etc/easycerts/cfssl.json')
    expect(serviceConfig?.['LoadCredential']).toEqual([`apitoken:${easycerts.legacyTokenFile}`])
    const resolved: string[] = []
    const { signing } = readSigningConfig({
      file: 'cfssl.json',
      text: environment.etc['easycerts/cfssl.json']?.text ?? '',
      resolveSecret: ({ name }) => {
        resolved.push(name)
        return '0'.repeat(32)
      },
    })
    expect(resolved).toEqual(['/run/credentials/ca-server.service/apitoken'])
    expect(signing.profiles.get('default')).toMatchObject({
      expiryText: '720h',
      authKeys: [{ name: 'default' }],
    })
  })

  it('warns of what has no effect only where somebody has set it', () => {
    expect(evaluateHost('master').config.warnings).toEqual([])
    const set = {
      pkiTrustOnBootstrap: true,
      genCfsslAPICerts: false,
      caSpec: { CN: 'lab', O: 'Lab' },
    }
    const { warnings } = evaluateHost('master', { easycerts: set }).config
    expect(warnings).toHaveLength(3)
    expect(warnings[0]).toContain('pin')
  })

  it.each<[string, Parameters<typeof evaluateHost>[1]]>([
    ['another place for secrets', { kubernetes: { secretsPath: '/srv/secrets' } }],
    ['a name of the CA that is no name of a cluster', { easycerts: { caSpec: { CN: 'My CA' } } }],
    [
      'a node name with capitals',
      { kubernetes: { kubelet: { enable: true, hostname: 'Node-1' } } },
    ],
    ['no role', { kubernetes: { roles: [] } }],
  ])('refuses %s', (_, changes) => {
    const failed = ({ config }: ReturnType<typeof evaluateHost>) =>
      config.assertions.filter(({ assertion }) => !assertion).length
    expect(failed(evaluateHost('master', changes))).toBe(1)
    expect(failed(evaluateHost('master'))).toBe(0)
  })

  it.skipIf(NIXPKGS === undefined)('is taken by the nixpkgs that NIXPKGS names', () => {
    expect(evaluateInNixpkgs(NIXPKGS ?? '')).toEqual({
      failed: [],
      units: ['ca-server', 'certmgr', 'easycerts-join'],
      certmgr: 'easycerts',
      etcd: ['https://127.0.0.1:2379'],
    })
  })
})

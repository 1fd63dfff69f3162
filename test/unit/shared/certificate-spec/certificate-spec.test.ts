import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { fileMode, type Spec, specSchema } from '@easycerts/shared/certificate-spec'

const CERTIFICATE = {
  kind: 'Certificate',
  name: 'kubelet-client',
  profile: 'kubelet-client',
  group: 'kubelet',
  certificate: { path: '/etc/kubernetes/pki/kubelet-client.crt' },
  key: { path: '/etc/kubernetes/pki/kubelet-client.key' },
}
const BUNDLE = {
  kind: 'TrustBundle',
  name: 'client-ca',
  purpose: 'client-ca',
  file: { path: '/etc/kubernetes/pki/client-ca.crt' },
}
const isAccepted = (value: unknown) => v.safeParse(specSchema, value).success

describe('specSchema', () => {
  it('fills in what a certificate’s spec leaves out', () => {
    expect(v.parse(specSchema, CERTIFICATE)).toEqual<Spec>({
      kind: 'Certificate',
      name: 'kubelet-client',
      profile: 'kubelet-client',
      group: 'kubelet',
      certificate: { ...CERTIFICATE.certificate, owner: 'root', group: 'root', mode: '0644' },
      key: {
        ...CERTIFICATE.key,
        owner: 'root',
        group: 'root',
        mode: '0600',
        algorithm: 'ecdsa-p256',
        rotation: 'renew',
      },
      actions: {},
    })
  })

  it('fills in what a bundle’s spec leaves out', () => {
    expect(v.parse(specSchema, BUNDLE)).toEqual<Spec>({
      kind: 'TrustBundle',
      name: 'client-ca',
      purpose: 'client-ca',
      file: { ...BUNDLE.file, owner: 'root', group: 'root', mode: '0644' },
      actions: {},
    })
  })

  it('takes every kind of action for every kind of change', () => {
    const actions = {
      leaf: [
        { reload: 'etcd.service', onlyIfRunning: false },
        { signal: 'SIGHUP', pidFile: '/run/haproxy.pid' },
        { http: 'https://hooks.example:8443/renewed?node=a', caFile: '/etc/hooks.pem' },
      ],
      key: [{ restart: 'kubelet.service' }, { command: ['/bin/true', '--now'] }],
      bundle: [],
      config: [{ restart: 'kubelet@1.service' }],
    }
    expect(v.parse(specSchema, { ...CERTIFICATE, actions }).actions).toEqual(actions)
  })

  it('takes a name without a dot for a service', () => {
    const actions = { leaf: [{ restart: 'kube-apiserver' }, { reload: 'etcd@1' }] }
    expect(v.parse(specSchema, { ...CERTIFICATE, actions }).actions.leaf).toEqual([
      { restart: 'kube-apiserver.service' },
      { reload: 'etcd@1.service' },
    ])
  })

  it.each<readonly [string, unknown]>([
    ['no kind', { ...CERTIFICATE, kind: undefined }],
    ['another kind', { ...CERTIFICATE, kind: 'Secret' }],
    ['an unknown field', { ...CERTIFICATE, subject: 'CN=system:masters' }],
    ['an unknown field of its key', { ...CERTIFICATE, key: { ...CERTIFICATE.key, size: 1024 } }],
    ['a weak key', { ...CERTIFICATE, key: { ...CERTIFICATE.key, algorithm: 'rsa-1024' } }],
    ['a name that leads elsewhere', { ...CERTIFICATE, name: '../../etc/passwd' }],
    ['an upper-case name', { ...CERTIFICATE, name: 'Kubelet' }],
    ['a mode that YAML read as a number', { ...CERTIFICATE, key: { path: '/a', mode: 600 } }],
    ['a mode with set-user-id', { ...CERTIFICATE, key: { path: '/a', mode: '4600' } }],
    ['an unknown purpose', { ...BUNDLE, purpose: 'server' }],
    ['an unknown change', { ...BUNDLE, actions: { always: [] } }],
    ['a shell string', { ...BUNDLE, actions: { leaf: [{ command: 'rm -rf /' }] } }],
    ['a command of nothing', { ...BUNDLE, actions: { leaf: [{ command: [] }] } }],
    [
      'two actions in one',
      { ...BUNDLE, actions: { leaf: [{ reload: 'a.service', restart: 'a.service' }] } },
    ],
    ['a unit that is none', { ...BUNDLE, actions: { leaf: [{ restart: 'kubelet.servcie' }] } }],
    ['a signal to nobody', { ...BUNDLE, actions: { leaf: [{ signal: 'SIGHUP' }] } }],
    ['SIGKILL', { ...BUNDLE, actions: { leaf: [{ signal: 'SIGKILL', pidFile: '/run/a.pid' }] } }],
    ['a hook with a password', { ...BUNDLE, actions: { leaf: [{ http: 'http://a:b@c/' }] } }],
    ['a hook that is no URL of the web', { ...BUNDLE, actions: { leaf: [{ http: 'file:///x' }] } }],
    [
      'an action that says which change it is for',
      { ...BUNDLE, actions: { leaf: [{ command: ['a'], change: { type: 'leaf', spec: '/x' } }] } },
    ],
    ['two units in one', { ...BUNDLE, actions: { leaf: [{ restart: 'a.service b.service' }] } }],
    ['a unit that is an option', { ...BUNDLE, actions: { leaf: [{ restart: '-Hroot.service' }] } }],
  ])('refuses %s', (_, spec) => {
    expect(isAccepted(spec)).toBe(false)
  })

  it.each(['/etc/pki/a.crt', '/a', '/a/..b/.c', '/a/b..'])('takes the path %s', (path) => {
    expect(isAccepted({ ...BUNDLE, file: { path } })).toBe(true)
  })

  it.each([
    'etc/pki/a.crt',
    './a',
    '/',
    '/etc/pki/',
    '/../etc/shadow',
    '/etc/../shadow',
    '/etc/pki/..',
    '/./a',
    '/etc//pki',
    '/etc/pki/a\n',
    '/etc/pki/a\0.crt',
    '/a\n/../b',
    '',
    `/${'a'.repeat(4096)}`,
  ])('refuses the path %j', (path) => {
    expect(isAccepted({ ...BUNDLE, file: { path } })).toBe(false)
  })
})

describe('fileMode', () => {
  it('reads octal digits', () => {
    expect([fileMode('0600'), fileMode('0644')]).toEqual([0o600, 0o644])
  })
})

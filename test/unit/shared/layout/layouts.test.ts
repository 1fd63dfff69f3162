import { describe, expect, it } from 'vitest'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import { layoutOf } from '@easycerts/shared/layout'

const ours = layoutOf('easycerts')

describe.each(LAYOUT_NAMES)('the layout %s', (name) => {
  const { certificates, bundles, kubeconfigs, serviceAccountKey, serviceAccountPublicKey } =
    layoutOf(name)
  const paths = [
    ...certificates.flatMap(({ certificate, key }) => [certificate, key]),
    ...[...bundles, ...kubeconfigs].map(({ path }) => path),
    ...[serviceAccountKey, serviceAccountPublicKey],
  ]

  it('has a plain absolute path for everything, and each once', () => {
    expect(paths.filter((path) => !/^(\/[a-z0-9][a-z0-9.-]*)+$/.test(path))).toEqual([])
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('keeps who reads what', () => {
    const rows = (layout: typeof ours) => ({
      certificates: layout.certificates.map(
        ({ certificate: _, key: __, owner: ___, ...row }) => row,
      ),
      bundles: layout.bundles.map(({ path: _, ...row }) => row),
      kubeconfigs: layout.kubeconfigs.map(({ path: _, ...row }) => row),
    })
    expect(rows(layoutOf(name))).toEqual(rows(ours))
  })
})

describe('well-known places', () => {
  it.each([
    ['kubeadm', 'kube-apiserver', '/etc/kubernetes/pki/apiserver.crt'],
    ['kubeadm', 'etcd-server', '/etc/kubernetes/pki/etcd/server.crt'],
    ['kubeadm', 'kube-apiserver-etcd-client', '/etc/kubernetes/pki/apiserver-etcd-client.crt'],
    ['kubeadm', 'kubelet-serving', '/var/lib/kubelet/pki/kubelet.crt'],
    ['nixos', 'kubelet-serving', '/var/lib/kubernetes/secrets/kubelet.pem'],
    ['nixos', 'front-proxy-client', '/var/lib/kubernetes/secrets/kube-apiserver-proxy-client.pem'],
    ['kubeasz', 'kube-apiserver', '/etc/kubernetes/ssl/kubernetes.pem'],
    ['kubeasz', 'cluster-admin', '/etc/kubernetes/ssl/admin.pem'],
  ] as const)('of %s: %s in %s', (layout, profile, path) => {
    const row = layoutOf(layout).certificates.find((each) => each.profile === profile)
    expect(row?.certificate).toBe(path)
  })

  it('of kubeadm are those that its manifests and people name', () => {
    const { bundles, kubeconfigs, serviceAccountKey } = layoutOf('kubeadm')
    const paths = [...bundles, ...kubeconfigs].map(({ path }) => path)
    for (const path of [
      'pki/ca.crt',
      'pki/etcd/ca.crt',
      'pki/front-proxy-ca.crt',
      'admin.conf',
      'kubelet.conf',
    ])
      expect(paths).toContain(`/etc/kubernetes/${path}`)
    expect(serviceAccountKey).toBe('/etc/kubernetes/pki/sa.key')
  })
})

describe('owners of keys', () => {
  const ownersOf = (name: (typeof LAYOUT_NAMES)[number]) =>
    Object.fromEntries(layoutOf(name).certificates.map(({ profile, owner }) => [profile, owner]))

  it('are those of NixOS in its layout, but flannel’s, whose unit may read root’s files alone', () => {
    const nixos = ownersOf('nixos')
    const ofRoot = Object.keys(nixos).filter((profile) => nixos[profile] === 'root')
    const ofEtcd = Object.keys(nixos).filter((profile) => nixos[profile] === 'etcd')
    expect(ofRoot).toEqual(['flannel-client', 'etcd-healthcheck-client', 'cluster-admin'])
    expect(ofEtcd).toEqual(['etcd-server', 'etcd-peer'])
  })

  it.each(['kubeadm', 'kubeasz'] as const)('are ours in the layout %s', (name) => {
    expect(ownersOf(name)).toEqual(ownersOf('easycerts'))
  })
})

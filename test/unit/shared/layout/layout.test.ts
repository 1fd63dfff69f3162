import { describe, expect, it } from 'vitest'
import { TRUST_BUNDLE_FILES, BUNDLE_PURPOSES } from '@easycerts/shared/layout'
import {
  type Component,
  COMPONENT_UNITS,
  KUBECONFIG_FILES,
  needAfterBundleChange,
  needAfterLeafChange,
  NODE_CERTIFICATES,
} from '@easycerts/shared/layout'

const certificateOf = (name: string) => NODE_CERTIFICATES.find(({ profile }) => profile === name)!

describe('NODE_CERTIFICATES', () => {
  it('puts no two things at one path', () => {
    const paths = [
      ...NODE_CERTIFICATES.flatMap(({ certificate, key }) => [certificate, key]),
      ...TRUST_BUNDLE_FILES.map(({ path }) => path),
      ...KUBECONFIG_FILES.map(({ path }) => path),
    ]
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
  })

  it.each([
    ['kube-apiserver', '/etc/kubernetes/pki/apiserver.crt'],
    ['kube-apiserver-kubelet-client', '/etc/kubernetes/pki/apiserver-kubelet-client.crt'],
    ['kube-apiserver-etcd-client', '/etc/kubernetes/pki/apiserver-etcd-client.crt'],
    ['front-proxy-client', '/etc/kubernetes/pki/front-proxy-client.crt'],
    ['etcd-server', '/etc/kubernetes/pki/etcd/server.crt'],
    ['etcd-peer', '/etc/kubernetes/pki/etcd/peer.crt'],
    ['etcd-healthcheck-client', '/etc/kubernetes/pki/etcd/healthcheck-client.crt'],
  ])('writes %s where Kubernetes’s page has it', (profile, path) => {
    expect(certificateOf(profile).certificate).toBe(path)
  })

  it('keeps the key where a program reads certificate and key one after the other', () => {
    const kept = NODE_CERTIFICATES.filter(({ keyRotation }) => keyRotation === 'keep')
    expect(kept.map(({ profile }) => profile)).toEqual([
      'etcd-server',
      'etcd-peer',
      'kube-apiserver-etcd-client',
    ])
  })
})

describe('TRUST_BUNDLE_FILES', () => {
  it('has a file for every purpose', () => {
    expect(TRUST_BUNDLE_FILES.map(({ purpose }) => purpose)).toEqual([...BUNDLE_PURPOSES])
  })
})

describe('KUBECONFIG_FILES', () => {
  it('refers to certificates that the same roles have', () => {
    for (const { profile, roles, clusterAdmin } of KUBECONFIG_FILES) {
      expect(certificateOf(profile).roles).toEqual(roles)
      expect(certificateOf(profile).clusterAdmin).toBe(clusterAdmin)
    }
  })
})

describe('needAfterLeafChange', () => {
  it.each([
    ['kubelet', 'serving', '1.30', 'restart'],
    ['kubelet', 'serving', '1.31', 'none'],
    ['kubelet', 'kubeconfig', '1.17', 'restart'],
    ['kubelet', 'kubeconfig', '1.18', 'none'],
    ['kube-apiserver', 'serving', '1.16', 'restart'],
    ['kube-apiserver', 'serving', '1.17', 'none'],
    ['kube-apiserver', 'serving', '0.19', 'restart'],
    ['etcd', 'serving', '0.19', 'none'],
    ['etcd', 'serving', '1.15', 'none'],
    ['kube-proxy', 'kubeconfig', '1.36', 'none'],
    ['operator', 'manual', '1.15', 'none'],
  ] as const)('of %s (%s) under Kubernetes %s is %s', (component, use, version, need) => {
    expect(needAfterLeafChange(component, use, version)).toBe(need)
  })

  it('is a restart where the version cannot be read: the safe side', () => {
    expect(needAfterLeafChange('kubelet', 'serving', 'unknown')).toBe('restart')
  })
})

describe('needAfterBundleChange', () => {
  it.each([
    ['kubelet', '1.35', 'restart'],
    ['kubelet', '1.36', 'none'],
    ['kube-apiserver', '1.36', 'restart'],
    ['etcd', '1.36', 'restart'],
    ['operator', '1.15', 'none'],
  ] as const)('of %s under Kubernetes %s is %s', (component, version, need) => {
    expect(needAfterBundleChange(component, version)).toBe(need)
  })
})

describe('COMPONENT_UNITS', () => {
  it('names a unit for whatever may need a restart', () => {
    const restarted = (Object.keys(COMPONENT_UNITS) as Component[]).filter(
      (component) => needAfterBundleChange(component, '1.15') === 'restart',
    )
    for (const component of restarted) expect(COMPONENT_UNITS[component]).toMatch(/\.service$/)
    expect(COMPONENT_UNITS.operator).toBeUndefined()
  })
})

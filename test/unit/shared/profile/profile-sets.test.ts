import { describe, expect, it } from 'vitest'
import { authorize, buildTbs, lint } from '@easycerts/shared/issuance'
import {
  ALL_BUILT_IN_PROFILES,
  KUBEASZ_PROFILES,
  KUBERNETES_PROFILES,
  NIXOS_PROFILES,
  type Profile,
  profilesOfSets,
} from '@easycerts/shared/profile'
import { openSslNames } from '../../../support/openssl-names.ts'
import { factsOf, OPERATOR } from '../../../support/requesters.ts'
import { MASTER, NOW } from '../../../support/sample-cluster.ts'
import { issuerFacts, samplePublicKey, SERIAL_NUMBER } from '../../../support/sample-issuance.ts'

/** What master-1 of the sample cluster gets of a profile: subject, purposes, names, issuer. */
const certificateOf = async (profile: Profile) => {
  const requester = { ...OPERATOR, node: MASTER }
  const grant = authorize(requester, profile, factsOf(MASTER), profile.life)
  const issuer = issuerFacts(profile.issuer)
  const key = await samplePublicKey('ecdsa-p256')
  const tbs = buildTbs(grant, key, issuer, { serialNumber: SERIAL_NUMBER, now: NOW })
  return { tbs, grant, issuer }
}

const shownAs = async (profile: Profile): Promise<string> => {
  const { tbs } = await certificateOf(profile)
  const subject = [tbs.subject.commonName, ...tbs.subject.organizations].join(' / ')
  const names = openSslNames(tbs.names).join(', ')
  return [profile.issuer, subject, tbs.extendedKeyUsage.join(' '), names].join(' | ')
}

const NODE =
  'DNS:master-1, DNS:master-1.lab.example, IP Address:192.0.2.11, IP Address:2001:DB8:0:0:0:0:0:11'
const LOCAL = `${NODE}, DNS:localhost, IP Address:127.0.0.1`
const LOOPBACK6 = 'IP Address:0:0:0:0:0:0:0:1'
const APISERVER = `${NODE}, DNS:api.lab.example, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster, DNS:kubernetes.default.svc.cluster.local, IP Address:10.96.0.1, DNS:localhost, IP Address:127.0.0.1, ${LOOPBACK6}`

// CN and O from nixpkgs, nixos/modules/services/cluster/kubernetes; purposes and names put right.
const NIXOS: Readonly<Record<string, string>> = {
  kubelet: `cluster | system:node:master-1 / system:nodes | serverAuth | ${NODE}`,
  'kubelet-client': 'cluster | system:node:master-1 / system:nodes | clientAuth | ',
  'kube-proxy-client': 'cluster | system:kube-proxy | clientAuth | ',
  'flannel-client': 'cluster | flannel-client | clientAuth | ',
  'kube-apiserver': `cluster | kubernetes | serverAuth | ${APISERVER}`,
  'kube-apiserver-proxy-client': 'front-proxy | front-proxy-client | clientAuth | ',
  'kube-apiserver-kubelet-client': 'cluster | system:kube-apiserver | clientAuth | ',
  'kube-apiserver-etcd-client': 'etcd | etcd-client | clientAuth | ',
  'cluster-admin': 'cluster | cluster-admin / system:masters | clientAuth | ',
  etcd: `etcd | master-1 | serverAuth clientAuth | ${LOCAL}, ${LOOPBACK6}, DNS:etcd.local, DNS:etcd.cluster.local`,
  'kube-controller-manager': `cluster | kube-controller-manager | serverAuth | ${LOCAL}`,
  'kube-controller-manager-client': 'cluster | system:kube-controller-manager | clientAuth | ',
  'kube-scheduler-client': 'cluster | system:kube-scheduler | clientAuth | ',
  'kube-addon-manager': 'cluster | system:kube-addon-manager | clientAuth | ',
  'service-account': 'cluster | system:service-account-signer | jwt | ',
}

// CN and O from the csr.json files of kubeasz; one certificate of kubelet and of etcd for both sides.
const KUBEASZ: Readonly<Record<string, string>> = {
  kubelet: `cluster | system:node:master-1 / system:nodes | serverAuth clientAuth | ${LOCAL}`,
  'kube-proxy': 'cluster | system:kube-proxy / k8s | clientAuth | ',
  calico: 'etcd | calico / k8s | clientAuth | ',
  cilium: 'etcd | cilium / k8s | clientAuth | ',
  kubernetes: `cluster | kube-apiserver | serverAuth | ${APISERVER}`,
  'aggregator-proxy': 'front-proxy | aggregator / k8s | clientAuth | ',
  'kube-controller-manager':
    'cluster | system:kube-controller-manager / system:kube-controller-manager | clientAuth | ',
  'kube-scheduler': 'cluster | system:kube-scheduler / system:kube-scheduler | clientAuth | ',
  etcd: `etcd | etcd / k8s | serverAuth clientAuth | ${LOCAL}, ${LOOPBACK6}`,
  admin: 'cluster | admin / system:masters | clientAuth | ',
  read: 'cluster | read / group:read | clientAuth | ',
}

describe.each([
  ['nixos', NIXOS_PROFILES, NIXOS],
  ['kubeasz', KUBEASZ_PROFILES, KUBEASZ],
] as const)('the certificates of %s', (set, profiles, expected) => {
  it('are those of its sources, under its name', async () => {
    const made = await Promise.all(
      profiles.map(async (profile) => [profile.name, await shownAs(profile)]),
    )
    expect(Object.fromEntries(made)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, row]) => [`${set}/${name}`, row])),
    )
  })

  it('pass every rule of lint', async () => {
    for (const profile of profiles) {
      const { tbs, grant, issuer } = await certificateOf(profile)
      expect(() => lint(tbs, grant, issuer), profile.name).not.toThrow()
    }
  })

  it('are another name where they are the same, and go to the same requesters', () => {
    for (const { name, aliasOf, ...rest } of profiles.filter((each) => each.aliasOf)) {
      const target = KUBERNETES_PROFILES.find((each) => each.name === aliasOf)
      expect({ ...rest, name: aliasOf }, name).toEqual(target)
    }
  })
})

describe('sets of profiles', () => {
  it('give every name one meaning', () => {
    const names = ALL_BUILT_IN_PROFILES.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('bring what easycerts itself needs, whichever are chosen', () => {
    const own = ['node-identity', 'ca-server', 'operator', 'admin', 'legacy']
    for (const set of ['kubernetes', 'nixos', 'kubeasz'] as const)
      expect(profilesOfSets([set]).map(({ name }) => name)).toEqual(expect.arrayContaining(own))
  })

  it('have fifteen rows for NixOS', () => {
    expect(NIXOS_PROFILES).toHaveLength(15)
  })
})

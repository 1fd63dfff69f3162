import { describe, expect, test } from 'vitest'
import { KUBERNETES_PROFILES, NIXOS_PROFILES } from '@easycerts/shared/profile'
import { fileOf } from '../../../support/units/sample-stacks.ts'
import { type NixosForm, nixosStackOf } from '../../../support/units/nixos-samples.ts'

const objectOf = (dns: object, name: string): unknown =>
  JSON.parse(
    fileOf(nixosStackOf({ nixos: { addons: { dns: { enable: true, ...dns } } } }), `${name}.json`),
  )

describe('addons.dns', () => {
  test('is not there unless it is asked for', () => {
    const { files } = nixosStackOf()
    expect(files.filter(({ path }) => path.includes('coredns'))).toEqual([])
  })

  test('is reached at the address that kubelets give to pods', () => {
    expect(objectOf({}, 'coredns-svc')).toMatchObject({
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: {
        clusterIP: '10.0.0.254',
        ports: [{ targetPort: 10_053 }, { targetPort: 10_053 }],
      },
    })
    expect(fileOf(nixosStackOf(), 'kubelet.service')).toContain('--cluster-dns=10.0.0.254')
  })

  test('has as many replicas of the image as was said, pulled unless nodes load its archive', () => {
    const pod = (image: object): object => ({
      spec: { template: { spec: { containers: [image] } } },
    })
    expect(objectOf({ replicas: 3, image: 'lab/coredns:1' }, 'coredns-deploy')).toMatchObject({
      ...pod({ image: 'lab/coredns:1', imagePullPolicy: 'IfNotPresent' }),
      spec: { replicas: 3 },
    })
    const dns = { enable: true, imageArchive: '/srv/coredns.tar' }
    expect(objectOf(dns, 'coredns-deploy')).toMatchObject(
      pod({ image: 'coredns/coredns:1.3.1', imagePullPolicy: 'Never' }),
    )
    const node = nixosStackOf({ role: 'node', nixos: { addons: { dns } } })
    expect(fileOf(node, 'docker-seed-images')).toContain('/srv/coredns.tar')
  })

  test('answers for the domain of the cluster, or by a file of its own that may be changed', () => {
    expect(objectOf({}, 'coredns-cm')).toMatchObject({
      metadata: { labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' } },
      data: {
        Corefile: expect.stringContaining('kubernetes cluster.local in-addr.arpa') as string,
      },
    })
    expect(
      objectOf({ corefile: '.:10053 {}\n', reconcileMode: 'EnsureExists' }, 'coredns-cm'),
    ).toMatchObject({
      metadata: { labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' } },
      data: { Corefile: '.:10053 {}\n' },
    })
  })

  test('gives way to an addon of the same name', () => {
    const nixos = {
      addons: { dns: { enable: true } },
      addonManager: { addons: { 'coredns-cm': { kind: 'ConfigMap' } } },
    }
    expect(JSON.parse(fileOf(nixosStackOf({ nixos }), 'coredns-cm.json'))).toEqual({
      kind: 'ConfigMap',
    })
  })
})

describe('kube-apiserver may ask kubelets', () => {
  const nameIn = (profiles: typeof KUBERNETES_PROFILES, name: string): string | undefined =>
    profiles.find((profile) => profile.name === name)?.commonName
  const subjects = (form: NixosForm): string[] => {
    const name = 'apiserver-kubelet-api-admin-crb.json'
    const binding = JSON.parse(fileOf(nixosStackOf({ form }), name)) as {
      readonly subjects: readonly { readonly name: string }[]
    }
    return binding.subjects.map((subject) => subject.name)
  }

  test('by the certificate that a joined node has, and by that of the profiles of NixOS', () => {
    expect(subjects('eventual')).toEqual([
      nameIn(NIXOS_PROFILES, 'nixos/kube-apiserver-kubelet-client'),
      nameIn(KUBERNETES_PROFILES, 'kube-apiserver-kubelet-client'),
    ])
  })

  test('by that of NixOS alone in its own form', () => {
    expect(subjects('verbatim')).toEqual(['system:kube-apiserver'])
  })
})

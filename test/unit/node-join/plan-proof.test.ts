import { describe, expect, it } from 'vitest'
import { layoutOf } from '@easycerts/shared/layout'
import { type TlsServers, tlsServersOf } from '@easycerts/units/checks'
import { planProof } from '../../../apps/node-join/src/plan/plan-proof.ts'
import { nixosStackOf } from '../../support/units/nixos-samples.ts'
import { sampleFacts } from './sample-node.ts'

/** Where certmgr looks for the certificate of a profile, on a master of NixOS. */
const placeOf = (profile: string, servers: TlsServers | undefined): string | undefined => {
  const row = layoutOf('nixos').certificates.find((each) => each.profile === profile)
  if (row === undefined) throw new TypeError(profile)
  return planProof(row, { ...sampleFacts('master', '1.14'), servers, isRestarted: true })?.address
}

const serversOf = (nixos: object = {}): TlsServers => tlsServersOf(nixosStackOf({ nixos }))

describe('where certmgr looks for a certificate', () => {
  it('is where the flags of the node’s own units say that it is shown', () => {
    const servers = serversOf()
    expect(placeOf('kube-controller-manager', servers)).toBe('127.0.0.1:10252')
    expect(placeOf('kubelet-serving', servers)).toBe('127.0.0.1:10250')
    expect(placeOf('kube-apiserver', servers)).toBe('127.0.0.1:6443')
    const moved = serversOf({
      controllerManager: { securePort: 20_252, bindAddress: '192.0.2.10' },
      kubelet: { port: 20_250 },
    })
    expect(placeOf('kube-controller-manager', moved)).toBe('192.0.2.10:20252')
    expect(placeOf('kubelet-serving', moved)).toBe('127.0.0.1:20250')
  })

  it('is nowhere if the component is given no certificate, or another one', () => {
    expect(placeOf('kube-scheduler', serversOf())).toBeUndefined()
    const own = { tlsCertFile: null, tlsKeyFile: null }
    expect(placeOf('kube-controller-manager', serversOf({ controllerManager: own }))).toBe(
      undefined,
    )
    const other = { tlsCertFile: '/srv/kubelet.pem', tlsKeyFile: '/srv/kubelet-key.pem' }
    expect(placeOf('kubelet-serving', serversOf({ kubelet: other }))).toBeUndefined()
  })

  it('is the usual place of those that no unit of ours runs, if they get certificates at all', () => {
    expect(placeOf('kube-apiserver', {})).toBe('127.0.0.1:6443')
    expect(placeOf('kubelet-serving', {})).toBe('127.0.0.1:10250')
    expect(placeOf('kube-controller-manager', {})).toBeUndefined()
    expect(placeOf('kube-controller-manager', undefined)).toBe('127.0.0.1:10257')
  })

  it('does not depend on the units for etcd and for certificates of clients', () => {
    const servers = serversOf()
    expect(placeOf('etcd-server', servers)).toBe('127.0.0.1:2379')
    expect(placeOf('kubelet-client', servers)).toBe('10.0.0.1:6443')
  })
})

import { minutes } from '@easycerts/shared/time'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  leasePolicyOf,
  restartLeasesSection,
} from '../../../apps/ca-server/src/config/sections/restart-leases.ts'

const policyOf = (section: object) => leasePolicyOf(v.parse(restartLeasesSection, section))
const isTaken = (section: object): boolean => v.safeParse(restartLeasesSection, section).success

describe('restartLeases of ca-server.yaml', () => {
  it('lets one node restart etcd and kube-apiserver unless told otherwise', () => {
    expect(policyOf({})).toEqual({
      leaseTime: minutes(10),
      limits: { etcd: 1, 'kube-apiserver': 1 },
    })
    expect(policyOf({ leaseTime: '5m', limits: { postgresql: 2 } })).toEqual({
      leaseTime: minutes(5),
      limits: { etcd: 1, 'kube-apiserver': 1, postgresql: 2 },
    })
  })

  it.each(['30s', '1h'])('takes the lease time %s', (leaseTime) => {
    expect(isTaken({ leaseTime })).toBe(true)
  })

  it.each(['29s', '61m', '0s', '-5m', 'soon', 600])('refuses the lease time %j', (leaseTime) => {
    expect(isTaken({ leaseTime })).toBe(false)
  })

  it.each([0, -1, 1.5, 1001, '1', null])('refuses the limit %j', (limit) => {
    expect(isTaken({ limits: { etcd: limit } })).toBe(false)
  })

  it.each([{ limits: { Etcd: 1 } }, { limits: { '': 1 } }, { limit: {} }])(
    'refuses %j',
    (section) => {
      expect(isTaken(section)).toBe(false)
    },
  )
})

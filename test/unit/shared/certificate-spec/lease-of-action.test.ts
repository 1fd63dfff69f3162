import { type Action, actionSchema, leaseOf } from '@easycerts/shared/certificate-spec'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const parsed = (action: object): Action => v.parse(actionSchema, action)

describe('an action', () => {
  it.each<[object, string]>([
    [{ restart: 'etcd' }, 'etcd'],
    [{ restart: 'kube-apiserver.service' }, 'kube-apiserver'],
    // A unit that cannot reload is restarted.
    [{ reload: 'etcd.service' }, 'etcd'],
    [{ restart: 'etcd.service', onlyIfRunning: false }, 'etcd'],
    [{ restart: 'postgresql', lease: 'postgresql' }, 'postgresql'],
    [{ command: ['docker', 'restart', 'etcd'], lease: 'etcd' }, 'etcd'],
    [{ signal: 'SIGTERM', pidFile: '/run/etcd.pid', lease: 'etcd' }, 'etcd'],
  ])('%j needs a lease of %s', (action, component) => {
    expect(leaseOf(parsed(action))).toBe(component)
  })

  it.each([
    { restart: 'kubelet' },
    { reload: 'nginx' },
    { restart: 'etcd-backup.timer' },
    { command: ['systemctl', 'restart', 'etcd'] },
    { http: 'http://127.0.0.1/etcd' },
    { signal: 'SIGHUP', pidFile: '/run/etcd.pid' },
  ])('%j needs none', (action) => {
    expect(leaseOf(parsed(action))).toBeUndefined()
  })

  it.each(['', 'Etcd', 'a b', '../etcd', 'a'.repeat(52), 7, null])(
    'is refused with the lease %j',
    (lease) => {
      expect(v.safeParse(actionSchema, { restart: 'x', lease }).success).toBe(false)
    },
  )
})

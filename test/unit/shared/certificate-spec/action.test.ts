import { describe, expect, it } from 'vitest'
import {
  type Action,
  describeAction,
  mergeActions,
  orderActions,
} from '@easycerts/shared/certificate-spec'

const restart = (unit: string): Action => ({ restart: `${unit}.service` })
const reload = (unit: string): Action => ({ reload: `${unit}.service` })
const run = (...command: string[]): Action => ({ command })
const told = (spec: string): Action => ({ command: ['x'], change: { type: 'leaf', spec } })

describe('mergeActions', () => {
  it.each<readonly [string, readonly Action[], readonly Action[]]>([
    ['nothing', [], []],
    [
      'what several certificates share, once',
      [restart('kubelet'), restart('kubelet'), run('a', 'b'), run('a', 'b')],
      [restart('kubelet'), run('a', 'b')],
    ],
    [
      'no reload of what is restarted, before or after',
      [reload('etcd'), restart('etcd'), reload('etcd')],
      [restart('etcd')],
    ],
    [
      'the order of first mention',
      [run('b'), restart('a'), run('b'), reload('c')],
      [run('b'), restart('a'), reload('c')],
    ],
    [
      'commands that differ in one argument',
      [run('a', 'b c'), run('a', 'b', 'c')],
      [run('a', 'b c'), run('a', 'b', 'c')],
    ],
    [
      'one of two restarts of which one says what is so anyway',
      [restart('a'), { ...restart('a'), onlyIfRunning: true }],
      [{ ...restart('a'), onlyIfRunning: true }],
    ],
    [
      'commands that are told of different changes',
      [told('a'), told('b'), told('a')],
      [told('a'), told('b')],
    ],
    [
      'units that differ',
      [reload('etcd'), restart('kubelet')],
      [reload('etcd'), restart('kubelet')],
    ],
  ])('keeps %s', (_, actions, merged) => {
    expect(mergeActions(actions)).toEqual(merged)
  })
})

describe('describeAction', () => {
  it('names the unit or the program, and neither arguments nor the path of a URL', () => {
    const actions: Action[] = [
      reload('etcd'),
      restart('kubelet'),
      run('/bin/notify', '--token', 'x'),
      { signal: 'SIGHUP', pidFile: '/run/haproxy.pid' },
      { http: 'https://hooks.example:8443/secret-token' },
    ]
    expect(actions.map(describeAction)).toEqual([
      'reload etcd.service',
      'restart kubelet.service',
      'run /bin/notify',
      'send SIGHUP by /run/haproxy.pid',
      'post to https://hooks.example:8443',
    ])
  })
})

describe('orderActions', () => {
  it('puts etcd before kube-apiserver before the rest, which stays in its order', () => {
    const [etcd, apiserver] = [reload('etcd'), restart('kube-apiserver')]
    const rest = [run('b'), restart('kubelet'), run('a')]
    expect(orderActions([run('b'), apiserver, restart('kubelet'), etcd, run('a')])).toEqual([
      etcd,
      apiserver,
      ...rest,
    ])
  })
})

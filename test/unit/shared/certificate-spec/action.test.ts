import { describe, expect, it } from 'vitest'
import { type Action, describeAction, mergeActions } from '@easycerts/shared/certificate-spec'

const restart = (unit: string): Action => ({ restart: `${unit}.service` })
const reload = (unit: string): Action => ({ reload: `${unit}.service` })
const run = (...command: string[]): Action => ({ command })

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
      'units that differ',
      [reload('etcd'), restart('kubelet')],
      [reload('etcd'), restart('kubelet')],
    ],
  ])('keeps %s', (_, actions, merged) => {
    expect(mergeActions(actions)).toEqual(merged)
  })
})

describe('describeAction', () => {
  it('names the unit or the program, and no arguments', () => {
    const actions = [reload('etcd'), restart('kubelet'), run('/bin/notify', '--token', 'x')]
    expect(actions.map(describeAction)).toEqual([
      'reload etcd.service',
      'restart kubelet.service',
      'run /bin/notify',
    ])
  })
})

import { minutes } from '@easycerts/shared/time'
import { expect, it } from 'vitest'
import { certificateSpec, joinedNode } from '../../support/certmgr/test-node.ts'

it('a set that cannot be published is tried again by the table, and not every second', async () => {
  const spec = certificateSpec('kubelet-client', { actions: { leaf: [{ restart: 'a.service' }] } })
  const key = { path: '/pki/kubelet-client.key', owner: 'no-such-user' }
  const node = await joinedNode([{ ...spec, key }])
  const { pass, memory } = await node.start()
  let wait = 0
  for (let passes = 0; passes < 12; passes++) {
    const next = await pass()
    wait = next.getTime() - node.time.now.getTime()
    node.time.now = next
  }
  expect(memory.attempts.get('kubelet-client')?.lastFailure.code).toBe('ERR_USER_UNKNOWN')
  expect(wait).toBeGreaterThan(minutes(1))
  expect(node.actions()).toEqual([])
})

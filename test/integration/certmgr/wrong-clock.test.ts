import { addDuration, hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { runPass } from '../../../apps/certmgr/src/pass/index.ts'
import { certificateSpec, joinedNode } from '../../support/certmgr/test-node.ts'

const CLIENT = '/pki/kubelet-client.crt'

describe('a clock that is most of a life ahead of the CA', () => {
  it('makes nothing due, and delays nothing once it is right', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { context, memory, pass } = await node.start()
    await pass()
    const { serialNumber } = node.certificate(CLIENT)
    const identity = node.store.load()?.certificate.serialNumber

    const ahead = { ...context, clock: () => addDuration(node.time.now, hours(20)) }
    for (let passes = 0; passes < 3; passes++) {
      await runPass(ahead, memory)
      node.time.advance(minutes(11))
    }
    expect(node.certificate(CLIENT).serialNumber).toBe(serialNumber)
    expect(node.store.load()?.certificate.serialNumber).toBe(identity)
    const codes = [...memory.attempts].map(([name, { lastFailure }]) => [name, lastFailure.code])
    expect(Object.fromEntries(codes)).toEqual({
      'kubelet-client': 'ERR_CLOCK_WRONG',
      identity: 'ERR_CLOCK_WRONG',
    })

    node.time.advance(hours(16))
    await pass()
    expect(node.certificate(CLIENT).serialNumber).not.toBe(serialNumber)
    expect(node.store.load()?.certificate.serialNumber).not.toBe(identity)
    expect(memory.attempts.size).toBe(0)
  })
})

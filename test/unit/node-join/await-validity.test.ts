import { describe, expect, it } from 'vitest'
import { minutes, seconds } from '@easycerts/shared/time'
import { awaitValidity } from '../../../apps/node-join/src/steps/await-validity.ts'
import { forgeCa } from '../../support/join/forge-certificate.ts'

const NOON = new Date('2030-01-01T12:00:00Z')
const { certificate } = await forgeCa('anything', {
  from: NOON,
  until: new Date(NOON.getTime() + minutes(10)),
})

/** The wall clock of the machine, and what it was asked to wait. */
const machineAt = (offset: number, skew = 0) => {
  let now = NOON.getTime() + offset
  const waits: number[] = []
  const { signal } = new AbortController()
  return {
    waits,
    machine: { clock: () => new Date(now), signal },
    sleep: (milliseconds: number) => {
      waits.push(milliseconds)
      now += milliseconds + skew
      return Promise.resolve()
    },
  }
}

describe('awaitValidity', () => {
  it.each([0, minutes(5), minutes(10)])(
    'waits for nothing that is valid (%i ms in)',
    async (offset) => {
      const { machine, sleep, waits } = machineAt(offset)
      await awaitValidity('it', certificate, machine, sleep)
      expect(waits).toEqual([])
    },
  )

  it('waits as long as the certificate needs, once', async () => {
    const { machine, sleep, waits } = machineAt(-Number(seconds(40)))
    await awaitValidity('it', certificate, machine, sleep)
    expect(waits).toEqual([seconds(40)])
  })

  it.each([
    ['would begin in more than a minute', -Number(seconds(61)), 0],
    ['has ended', minutes(11), 0],
    [
      'still has not begun after the wait, for somebody set the clock',
      -Number(seconds(40)),
      -Number(seconds(20)),
    ],
    ['had ended by then', -Number(seconds(40)), minutes(20)],
  ])('refuses one that %s', async (_, offset, skew) => {
    const { machine, sleep } = machineAt(offset, skew)
    await expect(awaitValidity('it', certificate, machine, sleep)).rejects.toMatchObject({
      code: 'ERR_CLOCK_WRONG',
    })
  })

  it('says by how much', async () => {
    const { machine, sleep } = machineAt(-Number(minutes(3)))
    await expect(awaitValidity('the identity', certificate, machine, sleep)).rejects.toThrow(
      'the identity is not valid for another 3m 0s, by the clock of this machine',
    )
  })
})

import { buildStack } from '@easycerts/units/flavours'
import { describe, expect, test } from 'vitest'
import { fileOf, sampleRequest } from '../../support/units/sample-stacks.ts'

describe('a worker whose certmgr is started by a timer gets', () => {
  const stack = buildStack({ ...sampleRequest('worker', '1.36'), certmgrByTimer: true })

  test.each(['certmgr.service', 'certmgr.timer'])('%s', async (name) => {
    const snapshot = `../files/units/by-timer/${name}`
    await expect(fileOf(stack, name)).toMatchFileSnapshot(snapshot)
  })

  test('the timer enabled in the place of the service', () => {
    expect(stack.units).toContain('certmgr.timer')
    expect(stack.units).not.toContain('certmgr.service')
  })
})

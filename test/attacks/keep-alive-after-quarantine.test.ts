import { afterAll, beforeAll, describe, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { quarantine } from './support/identity-attack.ts'
import { expectClosed, expectOthersOpen } from './support/shut-out.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a keep-alive connection of a thief that was open before a quarantine', () => {
  it('is closed by the server at once, and a new one gets nothing', () =>
    expectClosed(ca, quarantine, 'ERR_NODE_QUARANTINED'))

  it('does not close the connections of anybody else', () => expectOthersOpen(ca, quarantine))
})

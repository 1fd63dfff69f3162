import { afterAll, beforeAll, describe, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { expectClosed, expectOthersOpen, type ShutOut } from './support/shut-out.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const revoke: ShutOut = (ca, node) => {
  const target = { kind: 'node', node }
  return ca.operator('POST', '/v1/revocations', { target, reason: 'keyCompromise' })
}

describe('a keep-alive connection of a thief that was open before a revocation', () => {
  it('is closed by the server at once, and a new one gets nothing', () =>
    expectClosed(ca, revoke, 'ERR_IDENTITY_REVOKED'))

  it('does not close the connections of anybody else', () => expectOthersOpen(ca, revoke))
})

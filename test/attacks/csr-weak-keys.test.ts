import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { WEAK_KEYS } from '../support/weak-keys.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const KEYS = WEAK_KEYS.map(([rule, what, make]) => [`${what} (${rule})`, make] as const)

describe('an attacker with a key that others can compute or know', () => {
  it.each(KEYS)('is refused one %s', { timeout: 60_000 }, async (_title, make) => {
    const der = handMadeRequest(attack.key, { spki: make() })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_KEY_REJECTED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})

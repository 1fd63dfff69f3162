import { randomBytes } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket } from '@easycerts/shared/ticket'
import { describe, expect, it } from 'vitest'
import { refuseTokenOptions } from '../../../apps/node-join/src/commands/token-join.ts'
import { readCredential } from '../../../apps/node-join/src/steps/read-credential.ts'
import { codeOf, codeOfAsync } from '../../support/to-throw-code.ts'

const TICKET = formatTicket({
  id: 'abcdefghjkmn',
  endpoints: ['https://10.0.0.1:7443'],
  pins: [randomBytes(32).toString('hex') as PublicKeyPin],
  seed: new Secret(randomBytes(32)),
}).reveal()

async function* input(text: string) {
  yield await Promise.resolve(Buffer.from(text))
}

const kindOf = async (text: string, isTokenExpected = false) =>
  (await readCredential(input(text), isTokenExpected)).kind

describe('what standard input holds', () => {
  it.each([
    ['a ticket', `${TICKET}\n`, 'ticket'],
    ['32 hexadecimal digits', `${'0a'.repeat(16)}\n`, 'token'],
    ['digits that begin as a ticket does', `ec1${'0'.repeat(29)}\r\n`, 'token'],
    ['too few of them', 'abc', 'token'],
    ['32 characters that are no digits', 'x'.repeat(32), 'token'],
  ])('is told by its form: %s', async (_title, text, kind) => {
    expect(await kindOf(text)).toBe(kind)
  })

  it('is a ticket where a token is expected and a ticket comes, else a token', async () => {
    expect(await kindOf(`${TICKET}\n`, true)).toBe('ticket')
    expect(await kindOf('hello there\n', true)).toBe('token')
    expect(await codeOfAsync(kindOf('hello there\n'))).toBe('ERR_TICKET_MALFORMED')
  })

  it('is never shown', async () => {
    const credential = await readCredential(input('ab'.repeat(16)), false)
    expect(JSON.stringify(credential)).not.toContain('abab')
  })
})

describe('an option for tokens', () => {
  it('is refused beside a ticket, by its name', () => {
    expect(codeOf(() => refuseTokenOptions({ caPin: 'sha256:00' }))).toBe('ERR_USAGE')
    expect(() => refuseTokenOptions({ caPin: 'sha256:00' })).toThrow('--ca-pin')
    expect(() => refuseTokenOptions({})).not.toThrow()
  })
})

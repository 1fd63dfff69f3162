import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket } from '@easycerts/shared/ticket'
import { readTicket } from '../../../apps/node-join/src/steps/read-ticket.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const line = formatTicket({
  id: 'abcdefghjkmn',
  endpoints: ['https://10.0.0.1:7443'],
  pins: [randomBytes(32).toString('hex') as PublicKeyPin],
  seed: new Secret(randomBytes(32)),
}).reveal()

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text))
}

/** A pipe that stays open after its text. */
async function* endless(text: string) {
  yield Buffer.from(text)
  await new Promise(() => undefined)
}

describe('readTicket', () => {
  it.each([
    ['with a newline', [`${line}\n`]],
    ['without one', [line]],
    ['with CRLF', [`${line}\r\n`]],
    ['after blank lines', ['\n \r\n', `${line}\n`]],
    ['in pieces', [line.slice(0, 9), line.slice(9, 40), line.slice(40)]],
    ['with more after it', [`${line}\nsomething else\n`]],
  ])('reads a line %s', async (_title, texts) => {
    await expect(readTicket(chunks(...texts))).resolves.toMatchObject({ id: 'abcdefghjkmn' })
  })

  it('does not wait for the end of a pipe that stays open', async () => {
    await expect(readTicket(endless(`${line}\n`))).resolves.toMatchObject({ id: 'abcdefghjkmn' })
  })

  it.each([
    ['nothing', '', 'ERR_TICKET_MALFORMED'],
    ['blank lines', '\n\n  \n', 'ERR_TICKET_MALFORMED'],
    ['something else', 'hello\n', 'ERR_TICKET_MALFORMED'],
    ['binary', '\0\x01\x02\xff\n', 'ERR_TICKET_MALFORMED'],
    ['9 KiB', 'e'.repeat(9 * 1024), 'ERR_TICKET_MALFORMED'],
    [
      'a ticket that lost a character',
      `${line.slice(0, 30)}${line.slice(31)}\n`,
      'ERR_TICKET_DAMAGED',
    ],
    ['a ticket that was cut', `${line.slice(0, -10)}\n`, 'ERR_TICKET_DAMAGED'],
    [
      'a ticket that was wrapped',
      `${line.slice(0, 60)}\n${line.slice(60)}\n`,
      'ERR_TICKET_DAMAGED',
    ],
  ])('refuses %s', async (_title, text, code) => {
    expect(await codeOfAsync(readTicket(chunks(text)))).toBe(code)
  })

  it('never quotes what it read', async () => {
    const damaged = `${line.slice(0, 30)}A${line.slice(31)}`
    await expect(readTicket(chunks(damaged))).rejects.toMatchObject({
      message: expect.not.stringContaining(line.slice(20, 30)) as string,
    })
  })
})

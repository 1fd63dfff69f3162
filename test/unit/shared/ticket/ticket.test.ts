import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret, sha256 } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket, parseTicket, type Ticket } from '@easycerts/shared/ticket'
import { codeOf } from '../../../support/to-throw-code.ts'

const SEED = sha256('the seed of a sample ticket')
const pin = (text: string) => sha256(text).toString('hex') as PublicKeyPin

const TICKET: Ticket = {
  id: 'abcdefghjkmn',
  pins: [pin('enrolment g1')],
  endpoints: ['https://ca.lab.example:7443', 'https://192.0.2.1:7443', 'https://[2001:db8::1]'],
  seed: new Secret(SEED),
}
const LINE = formatTicket(TICKET).reveal()

const revealed = (ticket: Ticket) => ({ ...ticket, seed: ticket.seed.reveal() })
/** The line of a body that formatTicket would not write, with a checksum that holds. */
const lineOf = (body: Buffer): string => {
  const head = `ec1.${TICKET.id}.${body.toString('base64url')}`
  return `${head}.${sha256(head).toString('base64url').slice(0, 6)}`
}
const bodyOf = (pins: number, endpoints: readonly string[], tail = Buffer.alloc(0)) =>
  Buffer.concat([
    SEED,
    Buffer.of(pins),
    Buffer.alloc(32 * pins, 1),
    Buffer.of(endpoints.length),
    ...endpoints.flatMap((endpoint) => [Buffer.of(endpoint.length), Buffer.from(endpoint)]),
    tail,
  ])

describe('formatTicket', () => {
  it('writes one printable line that a secret scanner finds', () => {
    expect(LINE).toMatch(/^ec1\.[2-9a-km-z]{12}\.[\w-]+\.[\w-]{6}$/)
  })

  it('is not printed by accident', () => {
    expect(inspect(formatTicket(TICKET))).not.toContain('ec1')
    expect(JSON.stringify(parseTicket(LINE))).not.toContain(SEED.toString('hex'))
  })

  it('leaves out a port that https has anyway', () => {
    const line = formatTicket({ ...TICKET, endpoints: ['https://ca.lab.example:443'] }).reveal()
    expect(parseTicket(line).endpoints).toEqual(['https://ca.lab.example'])
  })

  it('carries the first eight endpoints of a CA that has more', () => {
    const endpoints = Array.from({ length: 16 }, (_, index) => `https://192.0.2.${index}:7443`)
    const line = formatTicket({ ...TICKET, endpoints }).reveal()
    expect(parseTicket(line).endpoints).toEqual(endpoints.slice(0, 8))
  })

  it('carries as much as it may: eight pins and eight of the longest names', () => {
    const host = (index: number) => `${index}${'.a'.repeat(116)}.lab.example`
    const full = {
      ...TICKET,
      pins: Array.from({ length: 8 }, (_, index) => pin(String(index))),
      endpoints: Array.from({ length: 8 }, (_, index) => `https://${host(index)}:7`),
    }
    expect(revealed(parseTicket(formatTicket(full).reveal()))).toEqual(revealed(full))
  })

  it.each<readonly [string, Partial<Ticket>]>([
    ['no pin', { pins: [] }],
    ['nine pins', { pins: Array.from({ length: 9 }, (_, index) => pin(String(index))) }],
    ['no endpoint', { endpoints: [] }],
    ['an endpoint that is too long', { endpoints: [`https://${'a.'.repeat(120)}example:7443`] }],
    ['an endpoint without TLS', { endpoints: ['http://ca.lab.example'] }],
    ['an endpoint with a path', { endpoints: ['https://ca.lab.example/join'] }],
    ['an endpoint that is no URL', { endpoints: ['ca.lab.example'] }],
    ['a short seed', { seed: new Secret(SEED.subarray(1)) }],
    ['an id that is none', { id: 'ABC' }],
  ])('refuses to write a ticket with %s, which nobody could use', (_, parts) => {
    expect(codeOf(() => formatTicket({ ...TICKET, ...parts }))).toBe('ERR_CONFIG_INVALID')
  })
})

describe('parseTicket', () => {
  it('reads what formatTicket wrote', () => {
    expect(revealed(parseTicket(LINE))).toEqual(revealed(TICKET))
  })

  it('reads a line with white space around it, as it comes from a terminal', () => {
    expect(parseTicket(` ${LINE}\r\n`).id).toBe(TICKET.id)
  })

  const outcome = (line: string): string => {
    try {
      parseTicket(line)
    } catch (error) {
      if (line.length > 6) expect(String(error)).not.toContain(line.slice(0, 12))
      return codeOf(() => parseTicket(line))
    }
    return 'accepted'
  }
  const outcomes = (lines: readonly string[]) => new Set(lines.map(outcome))
  const places = Array.from(LINE, (_, index) => index)
  const changeAt = (index: number, by: string) => LINE.slice(0, index) + by + LINE.slice(index + 1)
  const PREFIX = 'ec1.'.length

  it('names a changed character in every place', () => {
    for (const by of ['A', 'z', '7', '-', '.', ' ', 'é'])
      for (const index of places.filter((place) => LINE[place] !== by)) {
        const expected = index < PREFIX ? 'ERR_TICKET_MALFORMED' : 'ERR_TICKET_DAMAGED'
        const isTrimmed = by === ' ' && index === LINE.length - 1
        expect([index, by, outcome(changeAt(index, by))]).toEqual([
          index,
          by,
          isTrimmed ? 'ERR_TICKET_DAMAGED' : expected,
        ])
      }
  })

  it('names a character that changed its case in every place', () => {
    const swapped = places.map((index) => {
      const one = LINE[index]!
      return changeAt(index, one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())
    })
    expect(outcomes(swapped.filter((line) => line !== LINE))).toEqual(
      new Set(['ERR_TICKET_MALFORMED', 'ERR_TICKET_DAMAGED']),
    )
  })

  it('names a lost, a doubled and a swapped character in every place', () => {
    const lost = places.map((index) => LINE.slice(0, index) + LINE.slice(index + 1))
    const doubled = places.map((index) => LINE.slice(0, index + 1) + LINE.slice(index))
    const swapped = places
      .slice(1)
      .map(
        (index) =>
          LINE.slice(0, index - 1) + LINE[index]! + LINE[index - 1]! + LINE.slice(index + 1),
      )
    const changed = [...lost, ...doubled, ...swapped].filter((line) => line !== LINE)
    expect([...outcomes(changed)].toSorted()).toEqual([
      'ERR_TICKET_DAMAGED',
      'ERR_TICKET_MALFORMED',
    ])
  })

  it('names a ticket that is cut off anywhere', () => {
    expect([...outcomes(places.map((index) => LINE.slice(0, index)))].toSorted()).toEqual([
      'ERR_TICKET_DAMAGED',
      'ERR_TICKET_MALFORMED',
    ])
  })

  it.each([
    ['nothing', ''],
    ['a token of kubeadm', 'abcdef.0123456789abcdef'],
    ['a later version', LINE.replace('ec1', 'ec2')],
    ['a word', 'hunter2'],
  ])('calls %s no ticket', (_, line) => {
    expect(outcome(line)).toBe('ERR_TICKET_MALFORMED')
  })

  it.each([
    ['no pin', lineOf(bodyOf(0, ['https://ca.lab.example:7443']))],
    ['nine pins', lineOf(bodyOf(9, ['https://ca']))],
    ['no endpoint', lineOf(bodyOf(1, []))],
    ['octets after the last endpoint', lineOf(bodyOf(1, ['https://ca.lab'], Buffer.of(0)))],
    ['an endpoint without TLS', lineOf(bodyOf(1, ['http://ca.lab.example']))],
    ['an endpoint with a path', lineOf(bodyOf(1, ['https://ca.lab.example/']))],
    ['an endpoint with a user', lineOf(bodyOf(1, ['https://a@ca.lab.example']))],
    ['an endpoint of another scheme', lineOf(bodyOf(1, ['file:///etc/passwd']))],
    ['two tickets in one line', `${LINE} ${LINE}`],
    ['a line break inside', `${LINE.slice(0, 40)}\n${LINE.slice(40)}`],
    ['a megabyte', `ec1.${TICKET.id}.${'A'.repeat(1 << 20)}.AAAAAA`],
  ])('calls a ticket with %s damaged, whatever its checksum says', (_, line) => {
    expect(outcome(line)).toBe('ERR_TICKET_DAMAGED')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DerReader,
  encodeTlv,
  objectIdentifier,
  readInteger,
  readObjectIdentifier,
  readTime,
  readUnsignedInteger,
  sequence,
  TAG,
  time,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { type Host, parseHost } from '@easycerts/shared/cluster'
import { decodePem, decodePemBlocks, encodePem, Secret } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket, parseTicket } from '@easycerts/shared/ticket'
import { addDuration, formatDuration, parseDuration, seconds } from '@easycerts/shared/time'
import {
  buildValidity,
  encodeGeneralName,
  encodeKeyUsage,
  encodeSubject,
  issuedAtOf,
  KEY_USAGES,
  readGeneralNames,
  readKeyUsage,
  readName,
  sameSubject,
  subjectOf,
} from '@easycerts/shared/x509'

const SEED = 20260301
const RUNS = { seed: SEED, numRuns: 1000 }

const octets = (maxLength: number, minLength = 0) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array))
const contentOf = (encoding: Buffer) => new DerReader(encoding).next().content

describe('what is written in DER', () => {
  it('comes back: an element of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), octets(8), (length, tail) => {
        const content = Buffer.concat([Buffer.alloc(length), tail])
        const reader = new DerReader(encodeTlv(TAG.OCTET_STRING, content))
        expect(reader.next().content.equals(content)).toBe(true)
        expect(reader.atEnd).toBe(true)
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  it('comes back: an integer, in its shortest form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 160n }), (number) => {
        const hex = number.toString(16)
        const magnitude = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
        const content = contentOf(unsignedInteger(Buffer.concat([Buffer.alloc(3), magnitude])))
        expect(BigInt(`0x${readInteger(content).toString('hex')}`)).toBe(number)
        expect(readUnsignedInteger(content)).toEqual(content)
      }),
      RUNS,
    )
  })

  it('comes back: an object identifier', () => {
    const arcs = fc.tuple(
      fc.constantFrom(0, 1, 2),
      fc.integer({ min: 0, max: 39 }),
      fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 8 }),
    )
    fc.assert(
      fc.property(arcs, ([first, second, rest]) => {
        const dotted = [first, second, ...rest].join('.')
        expect(readObjectIdentifier(contentOf(objectIdentifier(dotted)))).toBe(dotted)
      }),
      RUNS,
    )
  })

  it('comes back: a time, to the second', () => {
    const instants = fc.date({
      min: new Date('0100-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(instants, (instant) => {
        const read = readTime(new DerReader(time(instant)).next())
        expect(read.getTime()).toBe(Math.floor(instant.getTime() / 1000) * 1000)
      }),
      RUNS,
    )
  })

  it('comes back: a key usage', () => {
    fc.assert(
      fc.property(fc.subarray([...KEY_USAGES], { minLength: 1 }), (usages) => {
        expect(readKeyUsage(encodeKeyUsage(usages))).toEqual(usages)
      }),
      RUNS,
    )
  })

  it('comes back: a subject, and two differ if one text does', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const subject = fc.record({ commonName: text, organizations: fc.array(text, { maxLength: 4 }) })
    fc.assert(
      fc.property(subject, subject, (one, other) => {
        expect(subjectOf(readName(contentOf(encodeSubject(one))))).toEqual(one)
        expect(sameSubject(one, other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      RUNS,
    )
  })

  it('comes back: general names', () => {
    const ascii = fc.stringMatching(/^[\x21-\x7e]{1,30}$/)
    const host = fc
      .oneof(
        fc.ipV4().map((value) => ({ kind: 'ip', value }) as const),
        fc.ipV6().map(asHost),
        fc.domain().map((value) => asHost(value.toLowerCase())),
        ascii.map((value) => ({ kind: 'uri', value }) as const),
      )
      .filter((name) => name !== undefined)
    fc.assert(
      fc.property(fc.array(host, { maxLength: 6 }), (names) => {
        expect(readGeneralNames(sequence(...names.map(encodeGeneralName)))).toEqual(names)
      }),
      RUNS,
    )
  })
})

const asHost = (text: string): Host | undefined => {
  try {
    return parseHost(text)
  } catch {
    return undefined
  }
}

describe('parseHost', () => {
  it('gives every host one spelling, which it then takes as it is', () => {
    const texts = fc.oneof(
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.domain(),
      fc.stringMatching(/^[0-9a-fx:.]{1,20}$/),
      fc.string({ maxLength: 20 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const host = asHost(text)
        if (host) expect(parseHost(host.value)).toEqual(host)
        if (host?.kind === 'dns') expect(host.value).toBe(text)
        if (host?.kind === 'ip' && !text.includes(':')) expect(host.value).toBe(text)
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })
})

describe('PEM', () => {
  it('comes back, alone and among others, with any line end', () => {
    fc.assert(
      fc.property(fc.array(octets(300, 1), { minLength: 1, maxLength: 4 }), (ders) => {
        const text = ders.map((der) => encodePem('CERTIFICATE', der)).join('')
        for (const each of [text, text.replaceAll('\n', '\r\n')])
          expect(decodePemBlocks(each).map(({ der }) => der)).toEqual(ders)
        expect(decodePem('CERTIFICATE', encodePem('CERTIFICATE', ders[0]!))).toEqual(ders[0])
      }),
      RUNS,
    )
  })

  it('that was changed gives octets or ERR_PEM_MALFORMED', () => {
    const changes = fc.record({
      der: octets(120, 1),
      at: fc.nat(400),
      by: fc.constantFrom('', '-', '=', 'A', '\n', '\0', '-----END CERTIFICATE-----', 'é'),
    })
    fc.assert(
      fc.property(changes, ({ der, at, by }) => {
        const text = encodePem('CERTIFICATE', der)
        const changed = text.slice(0, at) + by + text.slice(at + 1)
        try {
          expect(decodePem('CERTIFICATE', changed)).toBeInstanceOf(Buffer)
        } catch (error) {
          expect(isEasycertsError(error) && error.code).toBe('ERR_PEM_MALFORMED')
        }
      }),
      RUNS,
    )
  })
})

describe('a ticket', () => {
  it('comes back', () => {
    const pin = octets(32, 32).map((hash) => hash.toString('hex') as PublicKeyPin)
    const port = fc.integer({ min: 1, max: 65_535 }).filter((number) => number !== 443)
    const endpoint = fc.tuple(fc.ipV4(), port).map(([host, number]) => `https://${host}:${number}`)
    const ticket = fc.record({
      id: fc.stringMatching(/^[2-9a-km-z]{12}$/),
      pins: fc.array(pin, { minLength: 1, maxLength: 8 }),
      endpoints: fc.array(endpoint, { minLength: 1, maxLength: 8 }),
      seed: octets(32, 32).map((seed) => new Secret(seed)),
    })
    fc.assert(
      fc.property(ticket, (each) => {
        const read = parseTicket(formatTicket(each).reveal())
        expect({ ...read, seed: read.seed.reveal() }).toEqual({
          ...each,
          seed: each.seed.reveal(),
        })
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

describe('a duration', () => {
  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.nat(9_999_999), (count) => {
        expect(parseDuration(formatDuration(seconds(count)))).toBe(seconds(count))
      }),
      RUNS,
    )
  })
})

describe('a validity', () => {
  it('tells when it was issued, and stays within life and issuer', () => {
    const wish = fc.record({
      now: fc.date({
        min: new Date('2026-01-01'),
        max: new Date('2059-01-01'),
        noInvalidDate: true,
      }),
      life: fc.integer({ min: 1, max: 500 * 86_400 }).map(seconds),
      issuerLeft: fc.integer({ min: 60, max: 800 * 86_400 }).map(seconds),
    })
    fc.assert(
      fc.property(wish, ({ now, life, issuerLeft }) => {
        const start = new Date(Math.floor(now.getTime() / 1000) * 1000)
        const validity = buildValidity(now, life, addDuration(start, issuerLeft))
        expect(issuedAtOf(validity)).toEqual(start)
        const left = validity.notAfter.getTime() + 1000 - start.getTime()
        expect(left).toBe(Math.min(life, issuerLeft + 1000))
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })
})

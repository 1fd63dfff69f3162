import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  buildCrl,
  CrlEntries,
  ocspIssuerNames,
  parseCrl,
  parseOcspRequest,
  REVOCATION_REASON_NAMES,
} from '@easycerts/shared/revocation'
import { serialNumberOf } from '@easycerts/shared/x509'
import type { Issuer } from '../../apps/ca-server/src/authority/issuers.ts'
import { createTestIssuer } from '../support/test-issuers.ts'

const SEED = 20260302

let issuer: Issuer
beforeAll(async () => {
  issuer = await createTestIssuer('cluster', { algorithm: 'ed25519' })
})

const second = (min: string, max: string) =>
  fc
    .integer({ min: Date.parse(min) / 1000, max: Date.parse(max) / 1000 })
    .map((count) => new Date(count * 1000))
const anyTime = second('1950-01-01T00:00:00Z', '9999-12-31T23:59:59Z')
const anySerial = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((octets) => serialNumberOf(octets))
const anyEntry = fc.record({
  serialNumber: anySerial,
  revokedAt: anyTime,
  reason: fc.constantFrom(...REVOCATION_REASON_NAMES),
  notAfter: anyTime,
})

const facts = (number: bigint, thisUpdate: Date, nextUpdate: Date) => ({
  issuer: issuer.subject,
  issuerKeyIdentifier: issuer.keyIdentifier,
  number,
  thisUpdate,
  nextUpdate,
})

describe('a CRL', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(
        fc.array(anyEntry, { maxLength: 60 }),
        fc.bigInt({ min: 0n, max: 2n ** 159n - 1n }),
        anyTime,
        anyTime,
        (list, number, thisUpdate, nextUpdate) => {
          const entries = new CrlEntries()
          list.forEach((entry) => entries.add(entry))
          const wish = facts(number, thisUpdate, nextUpdate)
          const crl = parseCrl(buildCrl(wish, entries.encoding, issuer.key))
          const expected = list.map(({ notAfter: _, ...entry }) => entry)
          expect(crl.revoked).toEqual(expected)
          expect(crl).toMatchObject(wish)
        },
      ),
      { seed: SEED, numRuns: 300 },
    )
  })

  it('drops exactly what expired, however entries and instants follow each other', () => {
    const step = fc.oneof(
      anyEntry.map((entry) => ({ entry, instant: undefined })),
      anyTime.map((instant) => ({ entry: undefined, instant })),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const entries = new CrlEntries()
        let model: { readonly serialNumber: string; readonly notAfter: Date }[] = []
        for (const { entry, instant } of steps) {
          if (entry) {
            entries.add(entry)
            model.push(entry)
          } else {
            entries.dropExpiredBefore(instant)
            model = model.filter(({ notAfter }) => notAfter >= instant)
          }
        }
        const at = new Date('2026-03-01T12:00:00Z')
        const { revoked } = parseCrl(buildCrl(facts(1n, at, at), entries.encoding, issuer.key))
        expect(revoked.map(({ serialNumber }) => serialNumber)).toEqual(
          model.map(({ serialNumber }) => serialNumber),
        )
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

/** Reads it or refuses it as malformed; anything else is a bug. */
const survives = (read: () => unknown): void => {
  try {
    read()
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_DER_MALFORMED') throw error
  }
}

const anyMutation = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    octet: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('set', 'insert', 'remove', 'cut'),
  }),
  { minLength: 1, maxLength: 6 },
)

const mutate = (
  original: Buffer,
  changes: readonly { readonly at: number; readonly octet: number; readonly kind: string }[],
): Buffer => {
  let octets = [...original]
  for (const { at, octet, kind } of changes) {
    const index = Math.floor(at * octets.length)
    if (kind === 'set') octets[index] = octet
    if (kind === 'insert') octets.splice(index, 0, octet)
    if (kind === 'remove') octets.splice(index, 1)
    if (kind === 'cut') octets = octets.slice(0, index)
  }
  return Buffer.from(octets)
}

describe('hostile input', () => {
  it('as an OCSP request is read or refused, never a crash', () => {
    const { name, key } = ocspIssuerNames(issuer.certificate).sha1
    const id = sequence(
      sequence(objectIdentifier(OID.sha1), NULL),
      octetString(name),
      octetString(key),
      unsignedInteger(Buffer.of(1, 2, 3)),
    )
    const request = sequence(sequence(sequence(sequence(id), sequence(id))))
    fc.assert(
      fc.property(anyMutation, (changes) =>
        survives(() => parseOcspRequest(mutate(request, changes))),
      ),
      { seed: SEED, numRuns: 5000 },
    )
  })

  it('as a CRL is read or refused, never a crash', () => {
    const entries = new CrlEntries()
    const at = new Date('2026-03-01T12:00:00Z')
    for (const reason of REVOCATION_REASON_NAMES)
      entries.add({
        serialNumber: serialNumberOf(Buffer.of(1, 2)),
        revokedAt: at,
        reason,
        notAfter: at,
      })
    const crl = buildCrl(facts(5n, at, at), entries.encoding, issuer.key)
    fc.assert(
      fc.property(anyMutation, (changes) => survives(() => parseCrl(mutate(crl, changes)))),
      { seed: SEED, numRuns: 5000 },
    )
  })
})

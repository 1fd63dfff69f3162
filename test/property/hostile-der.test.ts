import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bitString, enterWhole, OID, sequence } from '@easycerts/shared/asn1'
import { decodePem } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  type ExportableKey,
  generateSigningKey,
  KEY_ALGORITHM_ROWS,
  parsePublicKey,
} from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  buildCertificateRequestWith,
  type Certificate,
  encodeExtension,
  encodeGeneralName,
  isSignedBy,
  parseCertificate,
  parseCertificateRequest,
  validatePinnedPath,
} from '@easycerts/shared/x509'
import { parseHost } from '@easycerts/shared/cluster'
import { requestPem } from '../support/hand-made-der.ts'
import { createTestIssuer, issueFrom } from '../support/test-issuers.ts'

const SEED = 20260301
const ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048'] as const
/** Far more than any input of this size may take. */
const MAX_CPU_MICROSECONDS = 500_000

const keys: ExportableKey[] = []
const requests: Buffer[] = []
const certificates: Buffer[] = []
let anchor: Certificate
beforeAll(async () => {
  const issuer = await createTestIssuer('enrolment')
  anchor = issuer.certificate
  certificates.push(anchor.der)
  for (const algorithm of ALGORITHMS) {
    const key = await generateSigningKey(algorithm)
    const request = buildCertificateRequestWith(
      key,
      { commonName: 'easycerts ca-server', organizations: [] },
      [
        encodeExtension({
          oid: OID.subjectAltName,
          critical: false,
          value: sequence(encodeGeneralName(parseHost('192.0.2.1'))),
        }),
      ],
    )
    keys.push(key)
    requests.push(decodePem('CERTIFICATE REQUEST', request))
    certificates.push(
      issueFrom(issuer, { profile: 'ca-server', request }).certificate.der,
      issueFrom(issuer, { profile: 'node-identity', request: buildCertificateRequest(key) })
        .certificate.der,
    )
  }
}, 60_000)

/** A change of some octets; places are shares of the length, so that they fit any input, and even. */
const place = fc.noBias(fc.nat(2 ** 20 - 1)).map((number) => number / 2 ** 20)
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: place, octet: fc.nat(255) }),
  fc.record({
    kind: fc.constant('set' as const),
    at: place,
    octet: fc.constantFrom(0x00, 0x1e, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({
    kind: fc.constant('drop' as const),
    at: place,
    length: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('splice' as const),
    at: place,
    from: place,
    length: fc.integer({ min: 1, max: 60 }),
  }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

const mutate = (input: Buffer, change: Mutation): Buffer => {
  const at = Math.floor(change.at * input.length)
  const output = Buffer.from(input)
  switch (change.kind) {
    case 'flip':
      output[at]! ^= 1 << change.bit
      return output
    case 'set':
      output[at] = change.octet
      return output
    case 'cut':
      return output.subarray(0, at)
    case 'drop':
      return Buffer.concat([output.subarray(0, at), output.subarray(at + change.length)])
    case 'splice': {
      const from = Math.floor(change.from * input.length)
      const piece = input.subarray(from, from + change.length)
      return Buffer.concat([output.subarray(0, at), piece, output.subarray(at)])
    }
  }
}
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })
const pick = fc.noBias(fc.nat(1000))

/** A code, or 'value'; anything else that is thrown is a bug and fails the test. */
const outcomeOf = (work: () => unknown): string => {
  const started = process.cpuUsage()
  try {
    work()
    return 'value'
  } catch (error) {
    if (isEasycertsError(error)) return error.code
    throw error
  } finally {
    expect(process.cpuUsage(started).user).toBeLessThan(MAX_CPU_MICROSECONDS)
  }
}

/** In CI half as many. */
const SHARE = process.env['SOAK'] === 'full' ? 1 : 2

const run = (runs: number, property: (seed: number, changes: Mutation[]) => void) => {
  fc.assert(fc.property(pick, mutations, property), { seed: SEED, numRuns: runs / SHARE })
}

describe('a damaged certificate', () => {
  it('is malformed or read, and its signature never holds for other octets', () => {
    const seen = new Set<string>()
    run(6000, (index, changes) => {
      const original = certificates[index % certificates.length]!
      const der = changes.reduce(mutate, original)
      seen.add(
        outcomeOf(() => {
          const certificate = parseCertificate(der)
          const isGenuine = isSignedBy(certificate, anchor)
          const isSame = certificate.tbs.equals(parseCertificate(original).tbs)
          expect(isGenuine && !isSame).toBe(false)
        }),
      )
    })
    expect([...seen].toSorted()).toEqual(['ERR_DER_MALFORMED', 'value'])
  })

  it('makes no path to the anchor, as a server or in between', () => {
    const server = () => certificates[1]!
    run(2000, (index, changes) => {
      const damaged = changes.reduce(mutate, index % 2 === 0 ? server() : anchor.der)
      const chain =
        index % 2 === 0
          ? () => [parseCertificate(damaged), anchor]
          : () => [parseCertificate(server()), parseCertificate(damaged), anchor]
      const outcome = outcomeOf(() => {
        const path = chain()
        const result = validatePinnedPath(path, [anchor.pin], parseHost('192.0.2.1'))
        expect(path[0]!.tbs.equals(parseCertificate(server()).tbs)).toBe(true)
        return result
      })
      expect(['value', 'ERR_DER_MALFORMED', 'ERR_CHAIN_INVALID']).toContain(outcome)
    })
  })
})

describe('a damaged request', () => {
  it('is refused with a code, whatever its octets', () => {
    const seen = new Set<string>()
    run(6000, (index, changes) => {
      const original = requests[index % requests.length]!
      const der = changes.reduce(mutate, original)
      if (der.equals(original) || der.length === 0) return
      seen.add(outcomeOf(() => parseCertificateRequest(requestPem(der))))
    })
    expect([...seen].toSorted()).toEqual([
      'ERR_CSR_ALGORITHM_REJECTED',
      'ERR_CSR_KEY_REJECTED',
      'ERR_CSR_MALFORMED',
      'ERR_CSR_SIGNATURE_INVALID',
    ])
  })

  it('is read or refused with a code when it is signed after the damage', () => {
    const seen = new Set<string>()
    run(3000, (index, changes) => {
      const at = index % requests.length
      const key = keys[at]!
      const info = enterWhole(requests[at]!, 'request').next().encoding
      const damaged = changes.reduce(mutate, info)
      const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
      const der = sequence(damaged, signature, bitString(key.sign(damaged)))
      const outcome = outcomeOf(() => {
        const request = parseCertificateRequest(requestPem(der))
        expect(request.publicKey.pin).toBe(key.publicKey.pin)
      })
      seen.add(outcome)
    })
    expect([...seen].toSorted()).toEqual([
      'ERR_CSR_KEY_REJECTED',
      'ERR_CSR_MALFORMED',
      'ERR_CSR_SIGNATURE_INVALID',
      'value',
    ])
  })
})

describe('a damaged public key', () => {
  it('is rejected, or another key of one encoding', () => {
    run(4000, (index, changes) => {
      const spki = changes.reduce(mutate, keys[index % keys.length]!.publicKey.spki)
      const outcome = outcomeOf(() => {
        const { keyObject } = parsePublicKey(spki)
        expect(keyObject.export({ type: 'spki', format: 'der' })).toEqual(spki)
      })
      expect(['value', 'ERR_CSR_KEY_REJECTED']).toContain(outcome)
    })
  })
})

describe('octets of any kind', () => {
  it('are refused with a code by every parser', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (octets) => {
        const der = Buffer.from(octets)
        expect(outcomeOf(() => parseCertificate(der))).toBe('ERR_DER_MALFORMED')
        expect(outcomeOf(() => parseCertificateRequest(requestPem(der)))).toBe('ERR_CSR_MALFORMED')
        expect(outcomeOf(() => parsePublicKey(der))).toBe('ERR_CSR_KEY_REJECTED')
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it('are refused when they nest deeper than any certificate', () => {
    let nested: Buffer = Buffer.from('0500', 'hex')
    for (let depth = 0; depth < 4000; depth++) nested = sequence(nested)
    expect(outcomeOf(() => parseCertificate(nested))).toBe('ERR_DER_MALFORMED')
    expect(outcomeOf(() => parseCertificateRequest(requestPem(nested)))).toBe('ERR_CSR_MALFORMED')
  })
})

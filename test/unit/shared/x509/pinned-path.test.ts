import { beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  contextConstructed,
  contextPrimitive,
  encodeTlv,
  objectIdentifier,
  OID,
  sequence,
} from '@easycerts/shared/asn1'
import { type Host, parseHost } from '@easycerts/shared/cluster'
import { generateSigningKey } from '@easycerts/shared/key'
import { addDuration, hours } from '@easycerts/shared/time'
import {
  type Certificate,
  encodeSubject,
  findOutOfDate,
  isSignedBy,
  parseCertificate,
  validatePinnedPath,
} from '@easycerts/shared/x509'
import {
  type Forged,
  forgeCa,
  forgeCertificate,
  type Forgery,
  forgeServer,
} from '../../../support/join/forge-certificate.ts'
import { NOW } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const LOOPBACK = parseHost('127.0.0.1')
const DATES = { from: addDuration(NOW, hours(-1)), until: addDuration(NOW, hours(1)) }

const dns = (text: string) => contextPrimitive(2, Buffer.from(text))
const ip = (...octets: readonly number[]) => contextPrimitive(7, Buffer.from(octets))
const directory = (commonName: string) =>
  contextConstructed(4, encodeSubject({ commonName, organizations: [] }))
const subtrees = (tag: number, bases: readonly Buffer[]) =>
  sequence(encodeTlv(tag, ...bases.map((base) => sequence(base))))
const permitting = (...bases: readonly Buffer[]) => subtrees(0xa0, bases)
const excluding = (...bases: readonly Buffer[]) => subtrees(0xa1, bases)

const makeCa = (commonName: string, more: Partial<Forgery> = {}) =>
  forgeCa(commonName, { ...DATES, ...more })
const makeServer = (issuer: Forged, more: Partial<Forgery> = {}) =>
  forgeServer(issuer, { ...DATES, ...more })

let ca: Forged
let other: Forged
let server: Forged
beforeAll(async () => {
  ca = await makeCa('lab enrolment g1')
  other = await makeCa('somebody else')
  server = await makeServer(ca)
})

const validate = (chain: readonly Forged[], dialled: Host = LOOPBACK, pinned: Forged = ca) =>
  validatePinnedPath(
    chain.map(({ certificate }) => certificate),
    [pinned.certificate.pin],
    dialled,
  )
const refusal = (...args: Parameters<typeof validate>) => {
  try {
    validate(...args)
  } catch (error) {
    return { code: codeOf(() => throwIt(error)), message: (error as Error).message }
  }
  throw new Error('nothing was thrown')
}
const throwIt = (error: unknown): never => {
  throw error
}
const refusesChain = (message: RegExp, ...args: Parameters<typeof validate>) => {
  expect(refusal(...args)).toEqual({
    code: 'ERR_CHAIN_INVALID',
    message: expect.stringMatching(message) as string,
  })
}

/** The same certificate with the last bit of its signature turned. */
const withBrokenSignature = (forged: Forged): Forged => {
  const der = Buffer.from(forged.certificate.der)
  der[der.length - 1]! ^= 1
  return { ...forged, certificate: parseCertificate(der) }
}

describe('validatePinnedPath', () => {
  it('accepts a server that the pinned CA signed', () => {
    const { leaf, anchor, path } = validate([server, ca])
    expect([leaf, anchor]).toEqual([server.certificate, ca.certificate])
    expect(path).toHaveLength(2)
  })

  it('accepts a path over an intermediate, and ignores what comes after the pinned one', async () => {
    const intermediate = await makeCa('intermediate', { issuer: ca })
    const leaf = await makeServer(intermediate)
    expect(validate([leaf, intermediate, ca, other]).path).toHaveLength(3)
  })

  it('accepts a CA whose name constraints permit all below it', async () => {
    const value = permitting(dns('localhost'), ip(127, 0, 0, 0, 255, 0, 0, 0))
    const extensions = [{ oid: OID.nameConstraints, critical: true, value }]
    const bound = await makeCa('bound', { extensions })
    const intermediate = await makeCa('intermediate', { issuer: bound })
    const leaf = await makeServer(intermediate)
    expect(validate([leaf, intermediate, bound], LOOPBACK, bound).path).toHaveLength(3)
  })

  it('accepts any of several pins', () => {
    const pins = [other.certificate.pin, ca.certificate.pin]
    const chain = [server.certificate, ca.certificate]
    expect(validatePinnedPath(chain, pins, LOOPBACK).anchor).toBe(ca.certificate)
  })

  it.each(['rsa-2048', 'ecdsa-p384', 'ed25519'] as const)(
    'accepts a CA whose key is %s',
    async (algorithm) => {
      const key = await generateSigningKey(algorithm)
      const anchor = await makeCa('anchor', { key })
      expect(validate([await makeServer(anchor), anchor], LOOPBACK, anchor).path).toHaveLength(2)
    },
  )

  it.each(['127.0.0.1', 'localhost'])('accepts the name %s that was dialled', (host) => {
    expect(validate([server, ca], parseHost(host)).leaf).toBe(server.certificate)
  })

  describe('answers with ERR_PIN_MISMATCH', () => {
    it('when another CA stands behind the server', async () => {
      expect(refusal([await makeServer(other), other]).code).toBe('ERR_PIN_MISMATCH')
    })

    it('when the pinned CA was not sent', () => {
      expect(refusal([server]).code).toBe('ERR_PIN_MISMATCH')
    })

    it('when nothing was sent, or nothing is pinned', () => {
      expect(refusal([]).code).toBe('ERR_PIN_MISMATCH')
      expect(codeOf(() => validatePinnedPath([server.certificate], [], LOOPBACK))).toBe(
        'ERR_PIN_MISMATCH',
      )
    })

    it('when a CA has the name of the pinned one and a key of its own', async () => {
      const twin = await makeCa('lab enrolment g1')
      expect(refusal([await makeServer(twin), twin]).code).toBe('ERR_PIN_MISMATCH')
    })
  })

  describe('answers with ERR_CHAIN_INVALID', () => {
    it('when the pinned certificate is only shown beside the CA that really signed', async () => {
      const leaf = await makeServer(other)
      refusesChain(/another name/, [leaf, other, ca])
    })

    it('when a stranger signs in the name of the pinned CA', async () => {
      const leaf = await makeServer(other, { claimedIssuer: ca })
      refusesChain(/signature/, [leaf, ca])
    })

    it('when an intermediate poses as signed by the pinned CA', async () => {
      const intermediate = await makeCa('intermediate', { issuer: other, claimedIssuer: ca })
      refusesChain(/signature/, [await makeServer(intermediate), intermediate, ca])
    })

    it('when the pinned certificate is the server’s own', () => {
      refusesChain(/own/, [server, ca], LOOPBACK, server)
      refusesChain(/own/, [ca])
    })

    it('when a certificate in between is no CA', async () => {
      const leaf = await makeServer(server)
      refusesChain(/no CA/, [leaf, server, ca])
    })

    it('when the pinned certificate is no CA', async () => {
      const plain = await forgeCertificate({ commonName: 'plain', ...DATES })
      refusesChain(/no CA/, [await makeServer(plain), plain], LOOPBACK, plain)
    })

    it('when a CA may not sign certificates', async () => {
      const mute = await makeCa('mute', { keyUsages: ['cRLSign'] })
      refusesChain(/may not sign/, [await makeServer(mute), mute], LOOPBACK, mute)
    })

    it('when the path is longer than its CA allows', async () => {
      const strict = await makeCa('strict', { pathLength: 0 })
      const intermediate = await makeCa('intermediate', { issuer: strict })
      const chain = [await makeServer(intermediate), intermediate, strict]
      refusesChain(/longer than its CA allows/, chain, LOOPBACK, strict)
      expect(validate([await makeServer(strict), strict], LOOPBACK, strict).path).toHaveLength(2)
    })

    it('when an intermediate exceeds its own path length', async () => {
      const upper = await makeCa('upper', { issuer: ca, pathLength: 0 })
      const lower = await makeCa('lower', { issuer: upper })
      refusesChain(/longer than its CA allows/, [await makeServer(lower), lower, upper, ca])
    })

    it('when the certificate is for another host', async () => {
      const elsewhere = await makeServer(ca, { hosts: ['ca.example', '127.0.0.2'] })
      refusesChain(/not for 127\.0\.0\.1/, [elsewhere, ca])
    })

    it('when only the common name is that of the host', async () => {
      const old = await makeServer(ca, { commonName: 'ca.example', hosts: ['other.example'] })
      refusesChain(/not for ca\.example/, [old, ca], parseHost('ca.example'))
    })

    it('when an address is written as a DNS name', async () => {
      const posing = await makeServer(ca, {
        hosts: [],
        extensions: [
          {
            oid: OID.subjectAltName,
            critical: false,
            value: sequence(Buffer.concat([Buffer.of(0x82, 9), Buffer.from('127.0.0.1')])),
          },
        ],
      })
      refusesChain(/not for 127\.0\.0\.1/, [posing, ca])
    })

    it('when the certificate is for clients only', async () => {
      const client = await makeServer(ca, { purposes: ['clientAuth'] })
      refusesChain(/not for servers/, [client, ca])
    })

    it('when the certificate names no purpose', async () => {
      refusesChain(/not for servers/, [await makeServer(ca, { purposes: [] }), ca])
    })

    it('when the server shows a CA certificate as its own', async () => {
      refusesChain(/CA certificate as its own/, [await makeServer(ca, { isCa: true }), ca])
    })

    it('when the order is swapped', async () => {
      const intermediate = await makeCa('intermediate', { issuer: ca })
      const leaf = await makeServer(intermediate)
      refusesChain(/CA certificate as its own/, [intermediate, leaf, ca])
      refusesChain(/own/, [ca, server])
    })

    it('when the chain is longer than any of ours', async () => {
      const chain = [ca]
      for (const name of ['a', 'b', 'c']) chain.unshift(await makeCa(name, { issuer: chain[0]! }))
      const leaf = await makeServer(chain[0]!)
      refusesChain(/too long/, [leaf, ...chain])
      expect(validate([await makeServer(chain[1]!), ...chain.slice(1)]).path).toHaveLength(4)
    })

    it('when a stranger’s certificate stands between the server and its CA', () => {
      refusesChain(/another name/, [server, other, ca])
    })

    it('when a bit of the server’s signature is turned', () => {
      refusesChain(/signature/, [withBrokenSignature(server), ca])
    })

    it('when a bit of an intermediate’s signature is turned', async () => {
      const intermediate = await makeCa('intermediate', { issuer: ca })
      const leaf = await makeServer(intermediate)
      refusesChain(/signature/, [leaf, withBrokenSignature(intermediate), ca])
    })

    it('when the issuer’s name differs though its key signed', async () => {
      const leaf = await makeServer(ca, { claimedIssuer: other })
      refusesChain(/another name/, [leaf, ca])
    })

    it('when the server’s certificate has a critical extension that nobody knows', async () => {
      const extensions = [{ oid: '1.2.3.4', critical: true, value: sequence() }]
      refusesChain(/critical/, [await makeServer(ca, { extensions }), ca])
    })

    it.each<[string, Buffer, RegExp]>([
      ['its address', permitting(ip(10, 0, 0, 0, 255, 0, 0, 0)), /not permit 127\.0\.0\.1/],
      ['its name', excluding(dns('localhost')), /not permit localhost/],
      ['its subject', permitting(directory('somebody')), /not permit its subject/],
    ])('when its CA, or one above that, does not permit %s', async (_, value, message) => {
      const extensions = [{ oid: OID.nameConstraints, critical: true, value }]
      const bound = await makeCa('bound', { extensions })
      refusesChain(message, [await makeServer(bound), bound], LOOPBACK, bound)
      const between = await makeCa('somebody', { issuer: bound })
      refusesChain(message, [await makeServer(between), between, bound], LOOPBACK, bound)
    })

    it('when a CA in between has a name that the one above does not permit', async () => {
      const extensions = [
        { oid: OID.nameConstraints, critical: true, value: excluding(directory('between')) },
      ]
      const bound = await makeCa('bound', { extensions })
      const between = await makeCa('between', { issuer: bound })
      refusesChain(/its subject/, [await makeServer(between), between, bound], LOOPBACK, bound)
    })

    it('when the name constraints of a CA are of a kind that nobody compares', async () => {
      const value = permitting(contextPrimitive(8, Buffer.of(42, 3)))
      const extensions = [{ oid: OID.nameConstraints, critical: false, value }]
      const bound = await makeCa('bound', { extensions })
      refusesChain(/not understood/, [await makeServer(bound), bound], LOOPBACK, bound)
    })

    it('when the server’s own certificate has name constraints', async () => {
      const value = permitting(dns('localhost'))
      const extensions = [{ oid: OID.nameConstraints, critical: true, value }]
      refusesChain(/critical/, [await makeServer(ca, { extensions }), ca])
    })

    it.each([
      ['is no key', sequence(sequence(objectIdentifier('1.2.3')), bitString(Buffer.of(1)))],
      [
        'is a point that is not on its curve',
        sequence(
          sequence(objectIdentifier(OID.ecPublicKey), objectIdentifier(OID.prime256v1)),
          bitString(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])),
        ),
      ],
      [
        'is the point at infinity',
        sequence(
          sequence(objectIdentifier(OID.ecPublicKey), objectIdentifier(OID.prime256v1)),
          bitString(Buffer.of(0)),
        ),
      ],
      [
        'cannot sign',
        sequence(sequence(objectIdentifier('1.3.101.110')), bitString(Buffer.alloc(32, 9))),
      ],
    ])('when the key of an intermediate %s', async (_, spki) => {
      const intermediate = await makeCa('intermediate', { issuer: ca, spki })
      refusesChain(/signature/, [await makeServer(intermediate), intermediate, ca])
    })
  })

  it('does not look at dates, which come last', async () => {
    const past = { from: new Date('2001-01-01T00:00:00Z'), until: new Date('2001-01-02T00:00:00Z') }
    expect(validate([await makeServer(ca, past), ca]).path).toHaveLength(2)
  })
})

describe('isSignedBy', () => {
  it('holds for the signer and for nobody else', () => {
    expect(isSignedBy(server.certificate, ca.certificate)).toBe(true)
    expect(isSignedBy(server.certificate, other.certificate)).toBe(false)
    expect(isSignedBy(ca.certificate, ca.certificate)).toBe(true)
  })

  it('does not hold for a signer whose key is none', () => {
    const keyless: Certificate = { ...ca.certificate, spki: Buffer.of(0x30, 0) }
    expect(isSignedBy(server.certificate, keyless)).toBe(false)
  })
})

describe('findOutOfDate', () => {
  it('names the first certificate that is not valid at an instant', async () => {
    const brief = await makeServer(ca, { from: NOW, until: addDuration(NOW, hours(0.5)) })
    const path = [brief.certificate, ca.certificate]
    expect(findOutOfDate(path, NOW)).toBeUndefined()
    expect(findOutOfDate(path, addDuration(NOW, -1))).toBe(brief.certificate)
    expect(findOutOfDate(path, addDuration(NOW, hours(2)))).toBe(brief.certificate)
    expect(findOutOfDate([ca.certificate], addDuration(NOW, hours(2)))).toBe(ca.certificate)
  })
})

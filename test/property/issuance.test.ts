import 'reflect-metadata'
import { webcrypto, X509Certificate as NodeCertificate } from 'node:crypto'
import * as peculiar from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { enterWhole, OID, sequence } from '@easycerts/shared/asn1'
import { type NodeFacts, parseHost, uniqueHosts } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  type ExportableKey,
  generateSigningKey,
  KEY_ALGORITHMS,
  type KeyAlgorithm,
} from '@easycerts/shared/key'
import {
  BUILT_IN_PROFILES,
  expandHosts,
  expandTemplate,
  ISSUER_PURPOSES,
  type IssuerPurpose,
} from '@easycerts/shared/profile'
import { days, seconds } from '@easycerts/shared/time'
import {
  buildCertificateRequest,
  buildCertificateRequestWith,
  certificatePem,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeGeneralName,
  encodeKeyUsage,
  issuedAtOf,
} from '@easycerts/shared/x509'
import type { Issuer } from '../../apps/ca-server/src/authority/issuers.ts'
import { openSslNames } from '../support/openssl-names.ts'
import { factsOf } from '../support/requesters.ts'
import { WORKER } from '../support/sample-cluster.ts'
import { createTestIssuer, type Issued, issueFrom } from '../support/test-issuers.ts'

const SEED = 20260301
const ISSUER_ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048'] as const
const LIFE_OF_ISSUERS = {
  notBefore: new Date('2025-01-01T00:00:00Z'),
  notAfter: new Date('2065-01-01T00:00:00Z'),
}

const keys = {} as Record<KeyAlgorithm, ExportableKey>
const issuers = {} as Record<IssuerPurpose, Issuer>
beforeAll(async () => {
  for (const algorithm of KEY_ALGORITHMS) keys[algorithm] = await generateSigningKey(algorithm)
  for (const [index, purpose] of ISSUER_PURPOSES.entries()) {
    const algorithm = ISSUER_ALGORITHMS[index]!
    issuers[purpose] = await createTestIssuer(purpose, { algorithm, ...LIFE_OF_ISSUERS })
  }
}, 60_000)

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/).filter((text) => text.length <= 10)
const dnsName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const host = fc
  .oneof(
    dnsName,
    fc.ipV4().filter((text) => /^([1-9]|\d\d|1\d\d|2[01]\d|22[0-3])\./.test(text)),
    fc.ipV6().filter((text) => !/^(ff..|::$)/i.test(text) && isHost(text)),
  )
  .map((text) => parseHost(text))
const isHost = (text: string): boolean => {
  try {
    parseHost(text)
    return true
  } catch {
    return false
  }
}
const node: fc.Arbitrary<NodeFacts> = fc.record({
  name: dnsName,
  role: fc.constant('master'),
  hosts: fc.array(host, { maxLength: 6 }),
  clusterAdmin: fc.constant(true),
})
const algorithm = fc.constantFrom(...KEY_ALGORITHMS)
const LONGEST = days(400)
const profile = fc.constantFrom(...BUILT_IN_PROFILES.map((each) => ({ ...each, maxLife: LONGEST })))
const now = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2059-12-31'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000))
const life = fc.integer({ min: 20, max: LONGEST / 1000 }).map(seconds)
const wish = fc.record({ algorithm, profile, node, now, life })
type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never

const issueWish = ({ algorithm: name, ...rest }: Wish) =>
  issueFrom(issuers[rest.profile.issuer], { request: buildCertificateRequest(keys[name]), ...rest })

const issuerOfWish = ({ profile: { issuer } }: Wish) => issuers[issuer]

describe('a certificate of any profile, key, node, time and life', () => {
  it('says to node:crypto what was granted', () => {
    fc.assert(
      fc.property(wish, (each) => {
        const { grant, tbs, certificate } = issueWish(each)
        const issuer = issuerOfWish(each)
        const read = new NodeCertificate(certificate.der)
        const authority = new NodeCertificate(issuer.certificate.der)
        expect({
          isVerified: read.verify(authority.publicKey),
          isIssuedBy: read.checkIssued(authority),
          isCa: read.ca,
          serialNumber: read.serialNumber.toLowerCase(),
          subject: read.subject.split('\n'),
          names: read.subjectAltName?.split(', ') ?? [],
          purposes: read.keyUsage,
          notBefore: new Date(read.validFrom),
          notAfter: new Date(read.validTo),
          spki: read.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
        }).toEqual({
          isVerified: true,
          isIssuedBy: true,
          isCa: false,
          serialNumber: tbs.serialNumber,
          subject: [
            ...grant.subject.organizations.map((name) => `O=${name}`),
            `CN=${grant.subject.commonName}`,
          ],
          names: openSslNames(tbs.names),
          purposes: tbs.extendedKeyUsage.map((name) => OID[name]),
          notBefore: tbs.validity.notBefore,
          notAfter: tbs.validity.notAfter,
          spki: keys[each.algorithm].publicKey.spki.toString('hex'),
        })
        expect(issuedAtOf(certificate.validity)).toEqual(each.now)
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  it('is, but for its signature, what @peculiar/x509 makes of the same wish, byte for byte', async () => {
    const generator = await createGenerator()
    await fc.assert(
      fc.asyncProperty(wish, async (each) => {
        const { tbs, certificate } = issueWish(each)
        const theirs = await generator(issuerOfWish(each), each.algorithm, tbs)
        expect(certificate.tbs.toString('hex')).toBe(theirs.toString('hex'))
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  it('says to @peculiar/x509 what was granted, and verifies there', async () => {
    await fc.assert(
      fc.asyncProperty(wish, async (each) => {
        const { tbs, certificate } = issueWish(each)
        const read = new peculiar.X509Certificate(certificatePem(certificate))
        const issuer = new peculiar.X509Certificate(issuerOfWish(each).certificate.der)
        expect(
          await read.verify({ publicKey: issuer.publicKey, signatureOnly: true }, webcrypto),
        ).toBe(true)
        expect([read.serialNumber, read.notBefore, read.notAfter]).toEqual([
          tbs.serialNumber,
          tbs.validity.notBefore,
          tbs.validity.notAfter,
        ])
        expect(read.extensions.map(({ type, critical }) => [type, critical])).toEqual(
          [...certificate.extensions.values()].map(({ oid, critical }) => [oid, critical]),
        )
      }),
      { seed: SEED, numRuns: 60 },
    )
  })
})

const SIGNING = {
  'ecdsa-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'ecdsa-p384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  'rsa-2048': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-3072': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-4096': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
} as const

/** What @peculiar/x509 makes of the content of a certificate: the part that is signed. */
const createGenerator = async () => {
  const privateKeys = {} as Record<IssuerPurpose, webcrypto.CryptoKey>
  const publicKeys = {} as Record<KeyAlgorithm, webcrypto.CryptoKey>
  for (const purpose of ISSUER_PURPOSES) {
    const { key } = issuers[purpose] as Issuer & { key: ExportableKey }
    const pkcs8 = key.keyObject.export({ type: 'pkcs8', format: 'der' })
    const params = SIGNING[key.algorithm]
    privateKeys[purpose] = await webcrypto.subtle.importKey('pkcs8', pkcs8, params, true, ['sign'])
  }
  for (const name of KEY_ALGORITHMS) {
    const { spki } = keys[name].publicKey
    publicKeys[name] = await webcrypto.subtle.importKey('spki', spki, SIGNING[name], true, [
      'verify',
    ])
  }
  return async (issuer: Issuer, name: KeyAlgorithm, tbs: Issued['tbs']) => {
    const { subject, keyUsage, extendedKeyUsage } = tbs
    const { digitalSignature, keyEncipherment } = peculiar.KeyUsageFlags
    const flags = keyUsage.includes('keyEncipherment')
      ? ((digitalSignature | keyEncipherment) as peculiar.KeyUsageFlags)
      : digitalSignature
    const certificate = await peculiar.X509CertificateGenerator.create(
      {
        serialNumber: tbs.serialNumber,
        subject: [
          ...subject.organizations.map((organization) => ({ O: [organization] })),
          { CN: [subject.commonName] },
        ],
        issuer: new peculiar.X509Certificate(issuer.certificate.der).subjectName,
        notBefore: tbs.validity.notBefore,
        notAfter: tbs.validity.notAfter,
        signingAlgorithm: SIGNING[issuer.signatureAlgorithm],
        signingKey: privateKeys[issuer.purpose],
        publicKey: publicKeys[name],
        extensions: [
          new peculiar.KeyUsagesExtension(flags, true),
          new peculiar.ExtendedKeyUsageExtension(extendedKeyUsage.map((usage) => OID[usage])),
          new peculiar.BasicConstraintsExtension(false, undefined, true),
          await peculiar.SubjectKeyIdentifierExtension.create(publicKeys[name], false, webcrypto),
          new peculiar.AuthorityKeyIdentifierExtension(issuer.keyIdentifier.toString('hex')),
          ...(tbs.names.length === 0 ? [] : [namesOf(tbs)]),
          ...tbs.revocation.map(
            ({ oid, critical, value }) => new peculiar.Extension(oid, critical, value),
          ),
        ],
      },
      webcrypto,
    )
    return enterWhole(Buffer.from(certificate.rawData), 'certificate').next().encoding
  }
}

const PECULIAR_KINDS = { dns: 'dns', ip: 'ip', uri: 'url' } as const
const namesOf = ({ names }: Issued['tbs']) =>
  new peculiar.SubjectAlternativeNameExtension(
    names.map(({ kind, value }) => ({ type: PECULIAR_KINDS[kind], value })),
  )

describe('a request that asks for more than its key', () => {
  const attribute = fc.oneof(
    fc.constantFrom('', 'system:masters', 'system:node:other', 'kubernetes-admin'),
    fc.string({ maxLength: 20 }),
  )
  const extension = fc.oneof(
    fc.array(host, { maxLength: 3 }).map((hosts) => ({
      oid: OID.subjectAltName,
      critical: false,
      value: sequence(...hosts.map(encodeGeneralName)),
    })),
    fc.constantFrom(
      { oid: OID.basicConstraints, critical: true, value: Buffer.from('30030101ff', 'hex') },
      { oid: OID.keyUsage, critical: true, value: encodeKeyUsage(['keyCertSign']) },
      {
        oid: OID.extKeyUsage,
        critical: false,
        value: encodeExtendedKeyUsage(['serverAuth', 'clientAuth']),
      },
    ),
    fc.record({
      oid: fc.constant('1.2.3.4'),
      critical: fc.boolean(),
      value: fc.uint8Array({ maxLength: 9 }).map((octets) => Buffer.from(octets)),
    }),
  )
  const asked = fc.record({
    wish,
    subject: fc.record({
      commonName: attribute,
      organizations: fc.array(attribute, { maxLength: 2 }),
    }),
    extensions: fc.uniqueArray(extension, { maxLength: 2, selector: ({ oid }) => oid }),
    ownWords: fc.constantFrom('nothing', 'subject', 'names'),
  })

  const REFUSALS = [
    'ERR_SUBJECT_NOT_PERMITTED',
    'ERR_SAN_NOT_PERMITTED',
    'ERR_EXTENSION_NOT_PERMITTED',
  ]

  it('is refused, or gets subject, names, usages and life from policy alone', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(asked, ({ wish: each, subject, extensions, ownWords }) => {
        const plain = issueWish(each)
        const own = {
          subject: ownWords === 'nothing' ? subject : plain.grant.subject,
          extensions:
            ownWords === 'names'
              ? [
                  {
                    oid: OID.subjectAltName,
                    critical: true,
                    value: sequence(...plain.grant.hosts.map(encodeGeneralName)),
                  },
                ]
              : extensions,
        }
        const request = buildCertificateRequestWith(
          keys[each.algorithm],
          own.subject,
          own.extensions.map(encodeExtension),
        )
        const outcome = outcomeOf(() => issueFrom(issuerOfWish(each), { ...each, request }))
        if (typeof outcome === 'string') {
          seen.add(outcome)
          expect(REFUSALS).toContain(outcome)
          return
        }
        seen.add('issued')
        expect(withoutSerialNumber(outcome.certificate)).toEqual(
          withoutSerialNumber(plain.certificate),
        )
        expect(contentOf(outcome.certificate)).toEqual(policyOf(each))
      }),
      { seed: SEED, numRuns: 200 },
    )
    expect([...seen].toSorted()).toEqual([...REFUSALS, 'issued'].toSorted())
  })

  /** Everything that was signed but the serial number, which the CA draws. */
  const withoutSerialNumber = ({ tbs }: Issued['certificate']): string[] => {
    const reader = enterWhole(tbs, 'certificate')
    const fields: string[] = []
    while (!reader.atEnd) fields.push(reader.next().encoding.toString('hex'))
    return fields.with(1, '')
  }

  /** What policy says, put together without the pipeline: from the row, the node, and the life. */
  const policyOf = ({ profile: row, node: { name, hosts }, now: start, life: span }: Wish) => {
    const facts = factsOf({ name, hosts, role: 'master', clusterAdmin: true })
    const isLegacy = row.name === 'legacy'
    const expand = (template: string) => expandTemplate(template, facts)
    const names = isLegacy ? WORKER.hosts : uniqueHosts(expandHosts(row.names, facts))
    return {
      subject: isLegacy
        ? ['system:nodes', 'system:node:worker-1']
        : [...row.organizations.flatMap(expand), ...expand(row.commonName)],
      names: [
        ...names.map(({ value }) => value),
        ...(row.identityUri === true ? [`easycerts://lab/node/${name}`] : []),
      ],
      usage: USAGES[row.usage],
      notAfter: new Date(start.getTime() + span - 1000),
    }
  }
  const USAGES = {
    client: [OID.clientAuth],
    server: [OID.serverAuth],
    peer: [OID.serverAuth, OID.clientAuth],
    'token-signing': [OID.jwt],
    'ocsp-signing': [OID.OCSPSigning],
    'document-signing': [OID.documentSigning],
  } as const

  const contentOf = (certificate: Issued['certificate']) => ({
    subject: certificate.subject.map(({ value }) => value),
    names: certificate.names.map(({ value }) => value),
    usage: certificate.extendedKeyUsage,
    notAfter: certificate.validity.notAfter,
  })

  const outcomeOf = (work: () => Issued): Issued | string => {
    try {
      return work()
    } catch (error) {
      if (isEasycertsError(error)) return error.code
      throw error
    }
  }
})

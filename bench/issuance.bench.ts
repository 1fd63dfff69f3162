import 'reflect-metadata'
import { createPublicKey, randomBytes, sign, verify, webcrypto } from 'node:crypto'
import * as peculiar from '@peculiar/x509'
import { enterWhole, readOctetBits, TAG } from '@easycerts/shared/asn1'
import { decodePem, encodePem } from '@easycerts/shared/encoding'
import {
  authorize,
  buildTbs,
  checkRequest,
  intendedBy,
  lint,
  revocationPointersOf,
  signCertificate,
} from '@easycerts/shared/issuance'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  buildSerialNumber,
  parseCertificateRequest,
  SERIAL_RANDOM_OCTETS,
} from '@easycerts/shared/x509'
import type { Issuer } from '../apps/ca-server/src/authority/issuers.ts'
import { factsOf, requesterFor } from '../test/support/requesters.ts'
import { builtInProfile, createTestIssuer } from '../test/support/test-issuers.ts'
import { medianOf } from './process-usage.ts'

const REQUESTS = 200
const ROUNDS = 7
const PROFILE = 'kubelet-serving'

interface Way {
  readonly name: string
  readonly perRound: number
  readonly work: (index: number) => unknown
}

/**
 * Microseconds of CPU for one P-256 certificate in this process, CSR PEM in and certificate PEM
 * out. The ways take turns within a round, so that a noisy machine is noisy to all of them.
 */
export const benchIssuance = async (): Promise<string[][]> => {
  const issuer = await createTestIssuer('cluster')
  const requests: string[] = []
  while (requests.length < REQUESTS)
    requests.push(buildCertificateRequest(await generateSigningKey('ecdsa-p256')))
  const floor = floorWay(issuer, requests)
  const ways: Way[] = [ourWay(issuer, requests), floor, await peculiarWay(issuer, requests)]

  const measured = new Map(ways.map(({ name }) => [name, [] as number[]]))
  for (const way of ways) await runRound(way)
  for (let round = 0; round < ROUNDS; round++)
    for (const way of ways) measured.get(way.name)?.push(await runRound(way))

  const costOf = (name: string) => medianOf(measured.get(name) ?? [])
  const base = costOf(floor.name)
  return ways.map(({ name }) => {
    const cost = costOf(name)
    return [
      name,
      `${cost.toFixed(0)} µs CPU, ${(1e6 / cost).toFixed(0)} a second and core, ${(cost / base).toFixed(2)} × the floor`,
    ]
  })
}

const runRound = async ({ work, perRound }: Way): Promise<number> => {
  const before = process.cpuUsage()
  for (let index = 0; index < perRound; index++) {
    const result = work(index % REQUESTS)
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / perRound
}

/** The pipeline of `issueCertificate` without its store. */
const ourWay = (issuer: Issuer, requests: readonly string[]): Way => {
  const profile = builtInProfile(PROFILE)
  const [requester, facts] = [requesterFor(PROFILE), factsOf()]
  const now = new Date('2026-03-01T12:00:00Z')
  const pointers = revocationPointersOf('http://ca.lab.example:7480', issuer.id)
  return {
    name: 'easycerts: verified, authorised, linted, signed',
    perRound: 1000,
    work: (index) => {
      const request = parseCertificateRequest(requests[index]!)
      const grant = authorize(requester, profile, facts, profile.life)
      checkRequest(request, grant)
      const serialNumber = buildSerialNumber(now, randomBytes(SERIAL_RANDOM_OCTETS))
      const tbs = buildTbs(grant, request.publicKey, issuer, { serialNumber, now, pointers })
      const linted = lint(tbs, grant, issuer)
      // No store here, so the intent counts as durable.
      return encodePem('CERTIFICATE', signCertificate(intendedBy(linted, serialNumber), issuer.key))
    },
  }
}

/** What no issuance can do without: import the key, verify the request, sign. */
const floorWay = (issuer: Issuer, requests: readonly string[]): Way => {
  const { keyObject } = issuer.key as ExportableKey
  const parts = requests.map((pem) => {
    const request = enterWhole(decodePem('CERTIFICATE REQUEST', pem), 'request')
    const info = request.expect(TAG.SEQUENCE, 'information').encoding
    request.expect(TAG.SEQUENCE, 'algorithm')
    const signature = readOctetBits(request.expect(TAG.BIT_STRING, 'signature').content)
    return { info, signature, spki: parseCertificateRequest(pem).publicKey.spki }
  })
  const tbs = randomBytes(450)
  return {
    name: 'floor: import SPKI, verify, sign with node:crypto',
    perRound: 1000,
    work: (index) => {
      const { info, signature, spki } = parts[index]!
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      if (!verify('sha256', info, key, signature)) throw new Error('a request does not verify')
      return sign('sha256', tbs, keyObject)
    },
  }
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The same content through the general library, with Node's own WebCrypto under it. */
const peculiarWay = async (issuer: Issuer, requests: readonly string[]): Promise<Way> => {
  const { keyObject } = issuer.key as ExportableKey
  const pkcs8 = keyObject.export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, P256, false, ['sign'])
  const issuerName = new peculiar.X509Certificate(issuer.certificate.der).subjectName
  return {
    name: 'peer: @peculiar/x509',
    perRound: 60,
    work: async (index) => {
      const request = new peculiar.Pkcs10CertificateRequest(requests[index]!)
      if (!(await request.verify(webcrypto))) throw new Error('a request does not verify')
      const certificate = await peculiar.X509CertificateGenerator.create(
        {
          serialNumber: randomBytes(16).toString('hex'),
          subject: 'O=system:nodes, CN=system:node:master-1',
          issuer: issuerName,
          notBefore: new Date('2026-03-01T11:55:00Z'),
          notAfter: new Date('2026-03-31T11:59:59Z'),
          signingAlgorithm: P256,
          signingKey,
          publicKey: request.publicKey,
          extensions: [
            new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.digitalSignature, true),
            new peculiar.ExtendedKeyUsageExtension([peculiar.ExtendedKeyUsage.serverAuth]),
            new peculiar.BasicConstraintsExtension(false, undefined, true),
            await peculiar.SubjectKeyIdentifierExtension.create(
              request.publicKey,
              false,
              webcrypto,
            ),
            new peculiar.AuthorityKeyIdentifierExtension(issuer.keyIdentifier.toString('hex')),
            new peculiar.SubjectAlternativeNameExtension([
              { type: 'dns', value: 'master-1' },
              { type: 'dns', value: 'master-1.lab.example' },
              { type: 'ip', value: '192.0.2.11' },
              { type: 'ip', value: '2001:db8::11' },
            ]),
          ],
        },
        webcrypto,
      )
      return certificate.toString('pem')
    },
  }
}

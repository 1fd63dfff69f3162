import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { ocspIssuerNames } from '@easycerts/shared/revocation'
import { encodeExtension, parseCertificateRequest } from '@easycerts/shared/x509'
import { issueCertificate, OcspResponder } from '../apps/ca-server/src/authority/index.ts'
import { openAuthority } from '../apps/ca-server/src/commands/open-authority.ts'
import { dataPaths } from '../apps/ca-server/src/config/index.ts'
import { makeFolder } from '../test/support/ca-server-process.ts'
import { makeDataDirectory, newRequest, testContext } from '../test/support/test-authority.ts'
import { medianOf } from './process-usage.ts'

const CERTIFICATES = 200
const ANSWERS = 20_000
const ROUNDS = 5

/** Microseconds of CPU per OCSP answer of the responder, request in and response out, without HTTP. */
export const benchOcsp = async (): Promise<string[][]> => {
  const folder = makeFolder()
  const paths = dataPaths(join(folder, 'ca'))
  const clock = () => new Date()
  await makeDataDirectory(paths.directory)
  const { authority, close } = await openAuthority(testContext(clock), paths, {})
  try {
    const serials: string[] = []
    while (serials.length < CERTIFICATES)
      serials.push(
        (
          await issueCertificate(authority, {
            request: parseCertificateRequest(await newRequest()),
            profile: 'admin',
            requester: { kind: 'operator', name: 'bench' },
            facts: { request: { user: 'jane', groups: ['developers'] } },
          })
        ).serialNumber,
      )
    const { cluster } = authority.issuers
    const { name, key } = ocspIssuerNames(cluster.certificate).sha256
    const requestOf = (serial: string, ...more: Buffer[]) => {
      const algorithm = sequence(objectIdentifier(OID.sha256), NULL)
      const number = unsignedInteger(Buffer.from(serial, 'hex'))
      const id = sequence(algorithm, octetString(name), octetString(key), number)
      return sequence(sequence(sequence(sequence(id)), ...more))
    }
    const value = octetString(Buffer.alloc(32, 7))
    const extension = encodeExtension({ oid: OID.ocspNonce, critical: false, value })
    const nonce = Buffer.concat([Buffer.of(0xa2, extension.length + 2), sequence(extension)])
    const responder = new OcspResponder(authority)
    const plain = serials.map((serial) => requestOf(serial))
    const withNonce = serials.map((serial) => requestOf(serial, nonce))
    for (const request of plain) await responder.answer(cluster.id, request)
    return [
      ['kept answer', await measure(responder, cluster.id, plain, ANSWERS)],
      ['signed for one client (nonce)', await measure(responder, cluster.id, withNonce, 2000)],
    ]
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const measure = async (
  responder: OcspResponder,
  issuerId: string,
  requests: readonly Buffer[],
  count: number,
): Promise<string> => {
  const costs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    for (let index = 0; index < count; index++)
      await responder.answer(issuerId, requests[index % requests.length] ?? Buffer.alloc(0))
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / count)
  }
  const cost = medianOf(costs)
  return `${cost.toFixed(1)} µs CPU, ${(1e6 / cost).toFixed(0)} a second and core`
}

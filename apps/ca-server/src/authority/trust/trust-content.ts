import { type TrustContent, trustKeyIdOf, type TrustedIssuer } from '@easycerts/shared/trust'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { certificatePem, parseCertificate, parseCertificateChain } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import type { IssuerRow, Reading } from '../store/index.ts'

/** What the cluster trusts by the records and the configuration of now. */
export const trustContentOf = async (
  { cluster, joinEndpoints, nodeEndpoints, log }: Authority,
  reading: Reading,
): Promise<TrustContent> => {
  const key = await reading.findActiveTrustKey()
  if (!key) throw new TypeError('there is no trust key')
  const rows = await reading.listIssuers()
  const issuers = (purpose: IssuerPurpose) => issuersOf(rows, purpose)
  return {
    epoch: log.epoch,
    cluster: { name: cluster.name, id: log.storeId },
    endpoints: { join: [...joinEndpoints], node: [...nodeEndpoints] },
    trustKeys: [ownKeyOf(key.publicKey)],
    logKeys: [ownKeyOf(log.publicKey)],
    purposes: {
      'client-ca': issuers('cluster'),
      'server-ca': withRoots(rows, 'cluster'),
      'etcd-client': issuers('etcd'),
      'etcd-peer': issuers('etcd'),
      'front-proxy': issuers('front-proxy'),
      enrolment: issuers('enrolment'),
      'service-account': await serviceAccountKeysOf(reading),
    },
  }
}

const ownKeyOf = (spki: Buffer) => ({
  id: trustKeyIdOf(spki),
  publicKey: spki.toString('base64url'),
  state: 'active' as const,
})

/** Of several for one purpose the last one signs; what the others signed is still about. */
const stateOf = (rows: readonly IssuerRow[], { id, purpose }: IssuerRow) =>
  rows.findLast((row) => row.purpose === purpose)?.id === id ? 'active' : 'retiring'

const issuersOf = (rows: readonly IssuerRow[], purpose: IssuerPurpose): TrustedIssuer[] =>
  rows
    .filter((row) => row.purpose === purpose)
    .map((row) => ({
      id: row.id,
      certificate: certificatePem(parseCertificate(row.certificate)),
      state: stateOf(rows, row),
    }))

/** With what stands above each, as `trustBundlesOf` has it for clients that look for a server. */
const withRoots = (rows: readonly IssuerRow[], purpose: IssuerPurpose): TrustedIssuer[] =>
  issuersOf(rows, purpose).flatMap((issuer) => {
    const chain = rows.find(({ id }) => id === issuer.id)?.chain ?? ''
    const above = chain === '' ? [] : parseCertificateChain(chain)
    return [
      issuer,
      ...above.map((certificate, index) => ({
        id: `${issuer.id}-above-${index + 1}`,
        certificate: certificatePem(certificate),
        state: issuer.state,
      })),
    ]
  })

const serviceAccountKeysOf = async (reading: Reading) => {
  const keys = await reading.listLivingServiceAccountKeys()
  return keys
    .filter(({ isOfMaster }) => isOfMaster)
    .map(({ node, id, publicKey, state }) => ({ id: `${node}-${id}`, publicKey, state }))
}

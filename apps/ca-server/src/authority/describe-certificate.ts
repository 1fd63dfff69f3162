import type { RenewalSuggestion } from '@easycerts/shared/renewal'
import { parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { suggestionFor } from './renewal-information.ts'
import { renewalOrderOf } from './renewal-orders.ts'
import type {
  CertificateDetails,
  CertificateStanding,
  Reading,
  RevocationRow,
} from './store/index.ts'

/** What the records say of a certificate, and what follows from it now. */
export interface CertificateDescription {
  readonly row: CertificateDetails
  readonly standing: CertificateStanding
  readonly revocation: RevocationRow | undefined
  /** Only for what a node renews by itself. */
  readonly renewal: RenewalSuggestion | undefined
  /** Number of the entry of its issuance. */
  readonly logEntry: number | undefined
}

/** All certificates with a serial number, of one issuer if it is named. */
export const describeCertificates = (
  authority: Authority,
  serialNumber: string,
  issuerId: string | undefined,
): Promise<CertificateDescription[]> =>
  authority.store.read(async (reading) => {
    const rows = await reading.listCertificatesWithSerial(serialNumber)
    const wanted = rows.filter((row) => issuerId === undefined || row.issuerId === issuerId)
    return Promise.all(wanted.map((row) => describe(authority, reading, row)))
  })

const describe = async (
  { clock }: Authority,
  reading: Reading,
  row: CertificateDetails,
): Promise<CertificateDescription> => {
  const now = clock().toISOString()
  const revocation = await reading.findRevocation(row.issuerId, row.serialNumber)
  const standing = standingOf(row, revocation, now)
  const orders = (await reading.listRenewalOrdersInForce(now)).map(renewalOrderOf)
  return {
    row,
    standing,
    revocation,
    renewal: standing === 'issued' && row.node !== null ? suggestionFor(row, orders) : undefined,
    logEntry: await logEntryOf(reading, row),
  }
}

const standingOf = (
  { state, notAfter }: CertificateDetails,
  revocation: RevocationRow | undefined,
  now: string,
): CertificateStanding => {
  if (state !== 'issued') return state
  if (revocation) return 'revoked'
  return notAfter < now ? 'expired' : 'issued'
}

const logEntryOf = async (
  reading: Reading,
  { der, serialNumber }: CertificateDetails,
): Promise<number | undefined> => {
  if (!der) return undefined
  const { fingerprint } = parseCertificate(der)
  return (await reading.findIssuanceEntry(serialNumber, fingerprint))?.sequence
}

import { parseCertificate } from '@easycerts/shared/x509'
import type { CertificateRow, IssuerRow, OtherCertificatesCursor, Reading } from './store/index.ts'

/** A certificate that counts now: nothing newer has taken its place. */
export interface ExpiringItem {
  readonly kind: 'issuer' | 'server' | 'node' | 'person'
  readonly name: string
  readonly profile: string
  readonly issuer: string
  readonly serialNumber: string
  readonly notBefore: string
  readonly notAfter: string
}

/** Where the listing goes on. Issuers come first, then nodes by name, then all others. */
export type ExpirationCursor =
  | { readonly stage: 'nodes'; readonly after: string }
  | { readonly stage: 'others'; readonly after: OtherCertificatesCursor | undefined }

export interface ExpirationPage {
  readonly items: readonly ExpiringItem[]
  readonly next: ExpirationCursor | undefined
}

/** Some 10 ms of looking, during which nothing is issued. */
const NODES_PER_PAGE = 100
const OTHERS_PER_PAGE = 2000

/** One page of everything that can expire; several of `kind: 'server'` may be of one profile. */
export const pageOfExpirations = async (
  reading: Reading,
  now: Date,
  cursor: ExpirationCursor | undefined,
): Promise<ExpirationPage> => {
  if (!cursor) {
    const items = (await reading.listIssuers()).map(itemOfIssuer)
    return { items, next: { stage: 'nodes', after: '' } }
  }
  return cursor.stage === 'nodes'
    ? pageOfNodes(reading, cursor.after)
    : pageOfOthers(reading, now, cursor.after)
}

const pageOfNodes = async (reading: Reading, after: string): Promise<ExpirationPage> => {
  const nodes = await reading.listNodes(NODES_PER_PAGE, after)
  const items: ExpiringItem[] = []
  for (const { name } of nodes)
    for (const row of await reading.listNewestOfNode(name)) items.push(itemOf('node', name, row))
  const last = nodes.length === NODES_PER_PAGE ? nodes.at(-1) : undefined
  const next = last
    ? ({ stage: 'nodes', after: last.name } as const)
    : ({ stage: 'others', after: undefined } as const)
  return { items, next }
}

const pageOfOthers = async (
  reading: Reading,
  now: Date,
  after: OtherCertificatesCursor | undefined,
): Promise<ExpirationPage> => {
  const { rows, next } = await reading.pageOfOthers(now.toISOString(), after, OTHERS_PER_PAGE)
  const items = rows.map((row) =>
    itemOf(row.requester === 'ca-server' ? 'server' : 'person', row.subject, row),
  )
  return { items, next: next && { stage: 'others', after: next } }
}

const itemOf = (kind: ExpiringItem['kind'], name: string, row: CertificateRow): ExpiringItem => {
  const { profile, issuerId, serialNumber, notBefore, notAfter } = row
  return { kind, name, profile, issuer: issuerId, serialNumber, notBefore, notAfter }
}

const itemOfIssuer = ({ id, purpose, certificate }: IssuerRow): ExpiringItem => {
  const { serialNumber, validity } = parseCertificate(certificate)
  return {
    kind: 'issuer',
    name: id,
    profile: purpose,
    issuer: id,
    serialNumber,
    notBefore: validity.notBefore.toISOString(),
    notAfter: validity.notAfter.toISOString(),
  }
}

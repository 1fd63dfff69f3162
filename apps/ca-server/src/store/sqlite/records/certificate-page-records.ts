import { parseCursor } from '@easycerts/shared/api'
import type {
  CertificateFilter,
  CertificatePageReading,
  ListedCertificate,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { CERTIFICATE_COLUMNS } from './certificate-records.ts'
import { orderOf } from './certificate-order.ts'

/** So many rows are looked at in some 10 ms, during which nothing is issued. */
const MAX_LOOKED_AT = 5_000

const STANDING = `CASE WHEN c.state <> 'issued' THEN c.state
  WHEN EXISTS (SELECT 1 FROM revocations x
    WHERE x.issuer_id = c.issuer_id AND x.serial_number = c.serial_number) THEN 'revoked'
  WHEN c.not_after < @now THEN 'expired' ELSE 'issued' END`

/** What each part of a filter asks of a row, whether or not the index has answered it. */
const CONDITIONS: Readonly<Record<keyof CertificateFilter, string>> = {
  node: 'c.node = @node',
  profile: 'c.profile = @profile',
  issuerId: 'c.issuer_id = @issuerId',
  serialNumber: 'c.serial_number = @serialNumber',
  requester: 'c.requester = @requester',
  subjectPrefix: 'substr(c.subject, 1, length(@subjectPrefix)) = @subjectPrefix',
  standing: `@standing = ${STANDING}`,
  expiresBefore: 'c.not_after >= @now AND c.not_after < @expiresBefore',
  issuedSince: 'c.intended_at >= @issuedSince',
}

const OWN_COLUMNS = CERTIFICATE_COLUMNS.replace(/(^|,\s*)(\w+)/g, '$1c.$2')

type Raw = ListedCertificate & { readonly isWanted: 0 | 1 } & Readonly<Record<string, unknown>>

/** One page as SQL: every row up to the bound, each with whether it is wanted. */
const pageSql = (filter: CertificateFilter, hasCursor: boolean): string => {
  const order = orderOf(filter)
  const names = Object.keys(filter) as (keyof CertificateFilter)[]
  const wanted = names.map((name) => `(${CONDITIONS[name]})`).join(' AND ') || '1'
  const keys = order.keys.map(({ column }, index) => `${column} AS key${index}`).join(', ')
  return `SELECT ${OWN_COLUMNS}, ${STANDING} AS standing, ${keys}, ${wanted} AS isWanted
    FROM ${order.from} WHERE ${order.where}${hasCursor ? ` AND ${order.after}` : ''}
    ORDER BY ${order.orderBy} LIMIT ${MAX_LOOKED_AT}`
}

export const certificatePageReading = (connection: Connection): CertificatePageReading => ({
  pageOfCertificates: (filter, now, { after, limit }) => {
    const given = Object.fromEntries(
      Object.entries(filter).filter(([, value]) => value !== undefined),
    ) as CertificateFilter
    const order = orderOf(given)
    const kinds = order.keys.map(({ kind }) => kind)
    const cursor = after === undefined ? [] : parseCursor(after, kinds)
    const values = Object.fromEntries(cursor.map((key, index) => [`key${index}`, key]))
    const statement = connection.prepare<unknown[], Raw>(pageSql(given, after !== undefined))
    const rows: ListedCertificate[] = []
    let lookedAt = 0
    let last: Raw | undefined
    for (const raw of statement.iterate({ ...given, ...values, now })) {
      lookedAt += 1
      last = raw
      if (raw.isWanted === 1) rows.push(raw)
      if (rows.length === limit) break
    }
    const isEnd = rows.length < limit && lookedAt < MAX_LOOKED_AT
    const next = isEnd ? undefined : order.keys.map((_, index) => last?.[`key${index}`])
    return Promise.resolve({ rows, next: next as (string | number)[] | undefined })
  },
})

import type { CertificateFilter } from '../../../authority/index.ts'

/** How one listing walks: along which index, in which order, and what its cursor holds. */
export interface CertificateOrder {
  /** FROM clause; `c` are the certificates. */
  readonly from: string
  /** What the index answers by itself. */
  readonly where: string
  readonly orderBy: string
  readonly keys: readonly { readonly column: string; readonly kind: 'string' | 'number' }[]
  /** WHERE clause for what comes after a cursor. */
  readonly after: string
}

const BY_ROWID = {
  orderBy: 'c.rowid DESC',
  keys: [{ column: 'c.rowid', kind: 'number' }],
  after: 'c.rowid < @key0',
} as const

const along = (index: string): string => `certificates c INDEXED BY ${index}`

/** The first whose condition a filter has; the most selective stand first. */
const ORDERS: readonly (readonly [(filter: CertificateFilter) => unknown, CertificateOrder])[] = [
  [
    ({ serialNumber }) => serialNumber,
    {
      ...BY_ROWID,
      from: 'certificates c',
      where: 'c.issuer_id IN (SELECT id FROM issuers) AND c.serial_number = @serialNumber',
    },
  ],
  [
    ({ node }) => node,
    { ...BY_ROWID, from: along('certificates_of_node'), where: 'c.node = @node' },
  ],
  [
    ({ standing }) => standing === 'revoked',
    {
      from: `revocations r CROSS JOIN certificates c
        ON c.issuer_id = r.issuer_id AND c.serial_number = r.serial_number`,
      where: '1',
      orderBy: 'r.sequence DESC',
      keys: [{ column: 'r.sequence', kind: 'number' }],
      after: 'r.sequence < @key0',
    },
  ],
  [
    ({ requester }) => requester?.startsWith('node '),
    {
      ...BY_ROWID,
      from: along('certificates_of_node'),
      where: `c.node = substr(@requester, length('node ') + 1)`,
    },
  ],
  [
    ({ requester }) => requester,
    {
      ...BY_ROWID,
      from: along('certificates_by_other_requester'),
      where: `c.requester = @requester AND c.requester NOT LIKE 'node %'`,
    },
  ],
  [
    ({ standing }) => standing === 'abandoned',
    { ...BY_ROWID, from: along('certificates_abandoned'), where: `c.state = 'abandoned'` },
  ],
  [
    ({ standing }) => standing === 'intended',
    { ...BY_ROWID, from: along('certificates_intended'), where: `c.state = 'intended'` },
  ],
  [
    ({ expiresBefore }) => expiresBefore,
    {
      from: along('certificates_by_expiry'),
      where: 'c.not_after >= @now AND c.not_after < @expiresBefore',
      orderBy: 'c.not_after, c.rowid',
      keys: [
        { column: 'c.not_after', kind: 'string' },
        { column: 'c.rowid', kind: 'number' },
      ],
      after: '(c.not_after, c.rowid) > (@key0, @key1)',
    },
  ],
  [
    ({ standing }) => standing === 'expired',
    {
      from: along('certificates_by_expiry'),
      where: 'c.not_after < @now',
      orderBy: 'c.not_after DESC, c.rowid DESC',
      keys: [
        { column: 'c.not_after', kind: 'string' },
        { column: 'c.rowid', kind: 'number' },
      ],
      after: '(c.not_after, c.rowid) < (@key0, @key1)',
    },
  ],
  [
    ({ profile }) => profile,
    { ...BY_ROWID, from: along('certificates_by_profile'), where: 'c.profile = @profile' },
  ],
  [
    ({ issuedSince }) => issuedSince,
    {
      from: along('certificates_by_intent'),
      where: 'c.intended_at >= @issuedSince',
      orderBy: 'c.intended_at DESC, c.rowid DESC',
      keys: [
        { column: 'c.intended_at', kind: 'string' },
        { column: 'c.rowid', kind: 'number' },
      ],
      after: '(c.intended_at, c.rowid) < (@key0, @key1)',
    },
  ],
]

const NEWEST: CertificateOrder = { ...BY_ROWID, from: 'certificates c', where: '1' }

export const orderOf = (filter: CertificateFilter): CertificateOrder =>
  ORDERS.find(([applies]) => Boolean(applies(filter)))?.[1] ?? NEWEST

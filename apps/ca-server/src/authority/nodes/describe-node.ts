import { issuedAtOf, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import type {
  IdentityRow,
  ListedCertificate,
  LogEntry,
  NodeRow,
  TicketRow,
} from '../store/index.ts'
import { getNode } from './manageable-node.ts'

/** What is told of one identity, living or not. */
export type DescribedIdentity = Pick<
  IdentityRow,
  'fingerprint' | 'state' | 'keyPin' | 'ticketId' | 'notAfter' | 'changedAt' | 'revokedAt'
> & { readonly serialNumber: string; readonly issuedAt: string }

/** All that the records say of a node. */
export interface NodeDescription {
  readonly node: NodeRow
  /** Newest first. */
  readonly identities: readonly DescribedIdentity[]
  /** Newest first, with their standing. */
  readonly certificates: readonly ListedCertificate[]
  readonly tickets: readonly TicketRow[]
  /** The newest entries of the log about it. */
  readonly events: readonly LogEntry[]
}

/** For people; the lists of certificates, tickets and the log have the rest. */
const SHOWN = 20

/** ERR_NODE_UNKNOWN. */
export const describeNode = ({ store, clock }: Authority, name: string): Promise<NodeDescription> =>
  store.read(async (reading) => {
    const node = await getNode(reading, name)
    const now = clock().toISOString()
    const filter = { node: node.name }
    const { rows: certificates } = await reading.pageOfCertificates(filter, now, {
      after: undefined,
      limit: SHOWN,
    })
    const open = await reading.listOpenTickets(now)
    const { entries } = await reading.searchLog({ node: node.name, limit: SHOWN })
    return {
      node,
      identities: (await reading.listIdentitiesOfNode(node.name, SHOWN)).map(describeIdentity),
      certificates,
      tickets: open.filter((ticket) => ticket.node === node.name).slice(0, SHOWN),
      events: entries,
    }
  })

const describeIdentity = ({ certificate, ...row }: IdentityRow): DescribedIdentity => {
  const { serialNumber, validity } = parseCertificate(certificate)
  return { ...row, serialNumber, issuedAt: issuedAtOf(validity).toISOString() }
}

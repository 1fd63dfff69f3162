import type { RouteReply } from '@easycerts/shared/api'
import { describeInstant } from './describe-instant.ts'
import type { Listing } from './listing.ts'
import { describeChange } from './node-changes.ts'

type Change = RouteReply<'nodeChangeList'>['changes'][number]

/** `ca-server node changes` */
export const nodeChanges: Listing<Change> = {
  head: ['NODE', 'ROLE', 'HAS', 'ASKS FOR', 'CHANGE', 'SINCE', 'WHY', 'REFUSED'],
  cells: ({ node, role, hosts, added, gone, id, since, why, refused }, context) => [
    node,
    role,
    hosts.join(' ') || '-',
    describeChange(added, gone),
    id,
    describeInstant(context, since),
    why,
    refused.map(({ host, rule }) => `${host} (${rule})`).join(' ') || '-',
  ],
  page: async (client, query) => {
    const { changes: rows, next } = await client.call('nodeChangeList', { query })
    return { rows, next }
  },
}

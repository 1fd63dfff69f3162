import { shaped } from './rows.ts'

/** Of `tickets`, as a `TicketRow` names them. */
export const TICKET_COLUMNS = `id, public_key AS publicKey, node, role, hosts, cluster_admin AS clusterAdmin,
  replace_node AS "replace", created_at AS createdAt, expires_at AS expiresAt,
  revoked_at AS revokedAt, bound_key AS boundKey, spent_at AS spentAt, uses,
  required_key AS requiredKey, required_request AS requiredRequest,
  (bound_key IS NOT NULL) + (SELECT count(*) FROM ticket_uses WHERE ticket_id = id) AS usesTaken`

export const asTicket = shaped(['hosts'], ['clusterAdmin', 'replace'])

import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import type { NodeRequester } from '../identify-node.ts'
import type { RefusedHost } from '../store/index.ts'

/**
 * A node that says to bear what is another's is misled, or a thief: the operator sees it in the log
 * and the metrics, once an hour for each node.
 */
export const noteRefusedHosts = async (
  authority: Authority,
  { node }: NodeRequester,
  refused: readonly RefusedHost[],
): Promise<void> => {
  const requester = `node ${node.name}`
  const note = authority.refusedHosts.note(requester, authority.clock())
  const [first] = refused
  if (!note.isNews || !first) return
  const { rule } = first
  authority.events.refused({
    requester,
    requesterKind: 'node',
    profile: 'node-report',
    rule,
    code: 'ERR_NAME_RESERVED',
    origin: authority.origin?.address ?? 'local',
  })
  const body = { node: node.name, refused, earlierUnrecorded: note.unrecorded }
  await authority.store
    .transact((writing) =>
      writing.appendLog(actorAt(authority, 'node-change-refused', requester, body)),
    )
    // The report is answered all the same.
    .catch(() => undefined)
}

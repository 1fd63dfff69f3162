import type { Authority } from './authority.ts'
import type { IdentityRow } from './store/index.ts'

/**
 * A node showed its identity: that is when it was last seen, whatever it asked. The answer does not
 * depend on it, so a database that cannot be written keeps no node from reading.
 */
export const noteContact = async (
  { store, clock, contacts }: Pick<Authority, 'store' | 'clock' | 'contacts'>,
  { node, state }: Pick<IdentityRow, 'node' | 'state'>,
): Promise<void> => {
  const now = clock()
  // One that is not confirmed may be somebody else's who holds a ticket for the node.
  if (state !== 'current' || !contacts.note(node, now)) return
  await store
    .transact((writing) => writing.touchNode(node, now.toISOString()))
    .catch(() => contacts.forget(node))
}

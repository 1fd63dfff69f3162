import { refusal } from '@easycerts/shared/issuance'
import { decideLease, type LeaseDecision, rolesOfComponent } from '@easycerts/shared/restart-lease'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { believeClock } from '../held-clock.ts'
import type { NodeRequester } from '../identify-node.ts'
import { requireCurrent, requireStillCurrent } from '../identities.ts'
import { tellingRefusals } from '../refusals.ts'

export interface NamedLease {
  readonly component: string
  /** Drawn by the node. */
  readonly id: string
}

/**
 * Gives a node a lease for itself, or lets the one with this id go on; durable when it resolves.
 * ERR_REQUESTER_NOT_PERMITTED for a component that its role does not run, ERR_CLOCK_JUMPED and the
 * like: by a clock that is wrong, nobody's lease has ended.
 */
export const takeRestartLease = async (
  authority: Authority,
  requester: NodeRequester,
  { component, id }: NamedLease,
): Promise<LeaseDecision> => {
  requireCurrent(requester)
  const node = requester.node.name
  const { fingerprint } = requester.identity
  const asked = { requester: { kind: 'node', node: requester.node, fingerprint } as const }
  await tellingRefusals(authority, { ...asked, profile: 'restart-lease' }, () =>
    requireComponent(authority, requester, component),
  )
  return authority.store.transact(async (writing) => {
    await requireStillCurrent(writing, requester)
    await believeClock(authority, writing)
    const now = authority.clock()
    const policy = authority.policy.current().restartLeases
    const known = await writing.listRestartLeases()
    const decision = decideLease({ component, node, id }, known, { policy, now })
    if (decision.kind !== 'granted') return decision
    await writing.putRestartLease(decision.lease)
    const body = { component, node, expiresAt: decision.lease.expiresAt.toISOString() }
    if (decision.isNew)
      await writing.appendLog(actorAt(authority, 'restart-lease-taken', `node ${node}`, body))
    return decision
  })
}

/** Deny by default: what is no component of Kubernetes has leases only if the operator limits it. */
const requireComponent = (
  { policy }: Authority,
  { node: { name, role } }: NodeRequester,
  component: string,
): void => {
  const roles = rolesOfComponent(component)
  const isPermitted = roles
    ? roles.includes(role)
    : Object.hasOwn(policy.current().restartLeases.limits, component)
  if (!isPermitted)
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'lease-component',
      `node ${name} runs no ${component}`,
    )
}

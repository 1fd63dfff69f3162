import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import { actorAt } from '../actor-at.ts'
import type { Authority } from '../authority.ts'

/** An operator's last word on the door of cfssl's API, which outlives restarts. */
export interface DoorOrder {
  readonly isShut: boolean
  /** An instant. */
  readonly at: string
  readonly by: string
  readonly reason: string
}

/** Undefined while no operator has ever said anything: then ca-server.yaml alone decides. */
export const findDoorOrder = async ({
  store,
}: Pick<Authority, 'store'>): Promise<DoorOrder | undefined> => {
  const text = await store.read((reading) => reading.findMeta('legacy-door'))
  // Nobody but `orderDoor` writes it.
  return text === undefined ? undefined : (JSON.parse(text) as DoorOrder)
}

/** Durable, and in the issuance log, before anything opens or shuts. */
export const orderDoor = (
  authority: Authority,
  operator: OperatorRequester,
  { isShut, reason }: Pick<DoorOrder, 'isShut' | 'reason'>,
): Promise<DoorOrder> =>
  authority.store.transact(async (writing) => {
    const by = describeRequester(operator)
    const order = { isShut, at: authority.clock().toISOString(), by, reason }
    await writing.putMeta('legacy-door', JSON.stringify(order))
    const kind = isShut ? 'legacy-door-closed' : 'legacy-door-opened'
    await writing.appendLog(actorAt(authority, kind, by, { reason }))
    return order
  })

import { parseJson } from '@easycerts/shared/encoding'
import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import * as v from 'valibot'
import { actorAt } from '../actor-at.ts'
import type { Authority } from '../authority.ts'

const schema = v.object({
  isShut: v.boolean(),
  at: v.string(),
  by: v.string(),
  reason: v.string(),
})

/** An operator's last word on the door of cfssl's API, which outlives restarts. */
export type DoorOrder = v.InferOutput<typeof schema>

/** Undefined while no operator has ever said anything: then ca-server.yaml alone decides. */
export const findDoorOrder = async ({
  store,
}: Pick<Authority, 'store'>): Promise<DoorOrder | undefined> => {
  const text = await store.read((reading) => reading.findMeta('legacy-door'))
  const parsed = v.safeParse(schema, parseJson(text ?? ''))
  return parsed.success ? parsed.output : undefined
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

import type { RouteReply } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  type DoorOrder,
  findDoorOrder,
  orderDoor,
  withOrigin,
} from '../../authority/index.ts'
import type { LegacyConfig } from '../../config/index.ts'
import { operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

/** The door of a running server, as an operator sees and turns it. */
export interface LegacyDoorDesk {
  readonly settings: LegacyConfig
  readonly standing: () => { readonly address: string; readonly port: number } | undefined
  readonly open: () => Promise<void>
  readonly shut: () => Promise<void>
  /** Latest first. */
  readonly uses: (limit: number) => Promise<readonly LegacyUse[]>
}

/** That a key was used: for whom, from where, how often, and when last. */
export interface LegacyUse {
  /** Its name in the signing configuration. */
  readonly key: string
  readonly address: string
  readonly commonName: string
  /** An instant. */
  readonly lastAt: string
  readonly count: number
}

export const registerLegacyDoorRoutes = (
  server: FastifyInstance,
  authority: Authority,
  desk: LegacyDoorDesk,
): void => {
  registerRoute(server, 'legacyStatus', async () => {
    const joined = await joinedNodes(authority)
    const now = authority.clock()
    return {
      door: doorOf(desk, await findDoorOrder(authority)),
      switches: [...desk.settings.open],
      keys: keysOf(desk.settings, now),
      uses: await usesOf(desk, joined),
      joined,
      time: now.toISOString(),
    }
  })
  registerRoute(server, 'legacyClose', async ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    const order = await orderDoor(here, operatorOf(request), { isShut: true, ...body })
    await desk.shut()
    return { door: doorOf(desk, order) }
  })
  registerRoute(server, 'legacyOpen', async ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    const order = await orderDoor(here, operatorOf(request), { isShut: false, ...body })
    if (desk.settings.port !== 0) await desk.open()
    return { door: doorOf(desk, order) }
  })
}

const doorOf = (
  { settings, standing }: LegacyDoorDesk,
  order: DoorOrder | undefined,
): RouteReply<'legacyClose'>['door'] => {
  const where = standing()
  const isOff = settings.port === 0
  const shut = isOff ? 'off' : 'closed'
  return {
    state: where ? 'open' : shut,
    address: where?.address ?? settings.address ?? null,
    port: settings.port,
    closed: order?.isShut === true ? { at: order.at, by: order.by, reason: order.reason } : null,
  }
}

const keysOf = ({ keys }: LegacyConfig, now: Date) =>
  Object.entries(keys).map(([name, rows]) => ({
    name,
    rows: rows.map(({ profiles, subjects, networks, controlPlaneNames, until }) => ({
      profiles: [...profiles],
      subjects:
        typeof subjects === 'string' ? [subjects] : subjects.map(({ commonName }) => commonName),
      networks: [...networks],
      controlPlaneNames,
      until: until ?? null,
      hasEnded: until !== undefined && new Date(until) <= now,
    })),
  }))

/** More than this is no list that anybody reads to its end. */
const MOST_NODES = 5000
const MOST_USES = 5000

const joinedNodes = async ({ store }: Authority): Promise<string[]> => {
  const page = await store.read((reading) => reading.pageOfNodes({ state: 'joined' }, MOST_NODES))
  return page.rows.map(({ name }) => name)
}

const usesOf = async (desk: LegacyDoorDesk, joined: readonly string[]) => {
  const uses = await desk.uses(MOST_USES)
  return uses.map((use) => ({
    ...use,
    hasJoined: joined.includes(use.commonName.replace(/^system:node:/, '')),
  }))
}

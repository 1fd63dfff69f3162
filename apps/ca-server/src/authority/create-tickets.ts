import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { encodeBase32 } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { TICKET_ID_OCTETS } from '@easycerts/shared/ticket'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import {
  type CheckedTicketWish,
  checkTicketWish,
  refuseJoinedNode,
  type TicketWish,
} from './ticket-wish.ts'
import { livingEnrolmentPins } from './enrolment-pins.ts'
import type { Writing } from './store/index.ts'

export interface TicketGrant {
  readonly id: string
  readonly pins: readonly PublicKeyPin[]
  readonly endpoints: readonly string[]
  readonly expiresAt: Date
}

/** What is wrong with one of several wishes. */
export interface TicketFault {
  readonly index: number
  readonly code: string
  readonly message: string
}

/** All tickets, or what is wrong with the wishes and none. */
export interface TicketGrants {
  readonly grants: readonly TicketGrant[]
  readonly faults: readonly TicketFault[]
}

const TICKET_ID_LENGTH = 12

/** Changes that must become true together with the ticket. */
export interface TicketHooks {
  readonly before?: (writing: Writing) => Promise<void>
  readonly withRecord?: ((writing: Writing, grant: TicketGrant) => Promise<void>) | undefined
}

/** ERR_NAME_INVALID, ERR_NAME_RESERVED, ERR_NODE_EXISTS, ERR_BODY_INVALID, ERR_USAGE. */
export const createTicket = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: TicketWish,
  { before, withRecord }: TicketHooks = {},
): Promise<TicketGrant> => {
  const checked = await checkTicketWish(authority, operator, wish)
  const pins = await livingEnrolmentPins(authority)
  return authority.store.transact(async (writing) => {
    await before?.(writing)
    const grant = await addTicket(authority, writing, operator, { checked, pins })
    await withRecord?.(writing, grant)
    return grant
  })
}

/** A ticket for each wish, in one transaction: all or none, and every fault at once. */
export const createTickets = async (
  authority: Authority,
  operator: OperatorRequester,
  wishes: readonly TicketWish[],
  withRecord?: (writing: Writing, grants: TicketGrants) => Promise<void>,
): Promise<TicketGrants> => {
  const faults: TicketFault[] = []
  const all: CheckedTicketWish[] = []
  for (const [index, wish] of wishes.entries())
    try {
      if (wishes.findIndex(({ node }) => node === wish.node) < index) throw namedTwice(wish.node)
      const checked = await checkTicketWish(authority, operator, wish)
      await authority.store.read((reading) => refuseJoinedNode(reading, checked))
      all.push(checked)
    } catch (error) {
      if (!isEasycertsError(error)) throw error
      faults.push({ index, code: error.code, message: error.message })
    }
  if (faults.length > 0) return { grants: [], faults }
  const pins = await livingEnrolmentPins(authority)
  return authority.store.transact(async (writing) => {
    const grants: TicketGrant[] = []
    for (const checked of all)
      grants.push(await addTicket(authority, writing, operator, { checked, pins }))
    const made = { grants, faults }
    await withRecord?.(writing, made)
    return made
  })
}

const namedTwice = (node: string) =>
  new EasycertsError('ERR_USAGE', `node ${node.slice(0, 60)} is in the list twice`)

const addTicket = async (
  authority: Authority,
  writing: Writing,
  operator: OperatorRequester,
  {
    checked,
    pins,
  }: { readonly checked: CheckedTicketWish; readonly pins: readonly PublicKeyPin[] },
): Promise<TicketGrant> => {
  await refuseJoinedNode(writing, checked)
  const id = encodeBase32(authority.random(TICKET_ID_OCTETS)).slice(0, TICKET_ID_LENGTH)
  const { expiresAt, createdAt, ...facts } = checked
  await writing.addTicket({
    ...facts,
    id,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  })
  const { node, role, hosts, clusterAdmin, uses } = checked
  const body = {
    ticket: id,
    node,
    role,
    hosts: hosts.map(({ value }) => value),
    clusterAdmin,
    ...(uses > 1 ? { uses } : {}),
  }
  await writing.appendLog(actorAt(authority, 'ticket-created', describeRequester(operator), body))
  return { id, pins, endpoints: authority.joinEndpoints, expiresAt }
}

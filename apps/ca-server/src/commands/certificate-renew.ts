import { createOperatorClient } from '@easycerts/adapters/ca-client'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeDuration, minutes, parseDuration } from '@easycerts/shared/time'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'

export interface CertificateRenewOptions extends GlobalOptions {
  readonly all?: boolean
  readonly node?: string
  readonly profile?: string
  readonly issuer?: string
  readonly serial?: string
  readonly by?: string
  readonly reason: string
  readonly status?: boolean
  readonly cancel?: string
}

type Order = RouteReply<'renewalOrder'>

/** A node may have asked just before the order came, and asks again after this. */
const POLL = minutes(10)

/** `ca-server certificate renew`: orders, cancels, or tells how far orders have come. */
export const runCertificateRenew = async (
  context: CommandContext,
  options: CertificateRenewOptions,
): Promise<void> => {
  const client = createOperatorClient({
    socketPath: dataPaths(options.dataDirectory).operatorSocket,
  })
  if (options.status === true) {
    const { orders } = await client.call('renewalOrderList', {})
    return context.terminal.result(orders, () => tableOf(context, orders))
  }
  if (options.cancel !== undefined) {
    const params = { id: options.cancel }
    const order = await client.call('renewalOrderCancel', { params, body: {} })
    return context.terminal.result(order, () => `Order ${order.id} no longer hurries any node.`)
  }
  const { by, filter } = wishOf(options)
  const order = await client.call('renewalOrder', { body: { filter, by, reason: options.reason } })
  await context.terminal.result(order, () => announce(order, by))
}

const wishOf = (options: CertificateRenewOptions) => {
  const { all = false, node, profile, issuer, serial, by } = options
  const filter = {
    ...(node === undefined ? {} : { node }),
    ...(profile === undefined ? {} : { profile }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(serial === undefined ? {} : { serialNumber: serial.toLowerCase() }),
  }
  const isFiltered = Object.keys(filter).length > 0
  if (all === isFiltered)
    throw new EasycertsError('ERR_USAGE', 'which certificates are to be renewed?', {
      hint: 'give --all, or some of --node, --profile, --issuer and --serial',
    })
  if (by === undefined)
    throw new EasycertsError('ERR_USAGE', 'by when are they to be renewed?', {
      hint: 'give --by, such as --by 2h',
    })
  return { by, filter }
}

const announce = ({ id, concerned, deadline }: Order, by: string): string =>
  [
    `Order ${id}: ${concerned} certificates are to be replaced by ${deadline}.`,
    `Nodes hear of it within ${describeDuration(POLL)} and spread over the time that is left.`,
    ...(parseDuration(by) < 2 * POLL
      ? ['That is short: nodes that ask late will renew all at once.']
      : []),
    'See how far it is: ca-server certificate renew --status',
  ].join('\n')

const tableOf = (context: CommandContext, orders: readonly Order[]): Promise<string> =>
  context.terminal.table(
    ['ORDER', 'OF', 'STATE', 'REPLACED', 'DEADLINE', 'REASON', 'MISSING'],
    orders.map(({ id, filter, state, replaced, concerned, deadline, reason, remaining }) => [
      id,
      Object.entries(filter)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ') || 'all',
      state,
      `${replaced} of ${concerned}`,
      describeInstant(context, deadline),
      reason,
      remaining
        .slice(0, 3)
        .map(({ node, profile }) => `${node}/${profile}`)
        .join(' '),
    ]),
  )

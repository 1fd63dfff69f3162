import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface NodeApproveOptions extends GlobalOptions {
  readonly change?: string
  readonly address: readonly string[]
}

export interface NodeRejectOptions extends GlobalOptions {
  readonly change?: string
}

export interface NodeSetOptions extends GlobalOptions {
  readonly address: readonly string[]
  readonly name: readonly string[]
}

type Decision = RouteReply<'nodeHosts'>

/** `ca-server node approve` */
export const runNodeApprove = async (
  context: CommandContext,
  options: NodeApproveOptions,
  name: string,
): Promise<void> => {
  const { change, address } = options
  const body = {
    ...(change === undefined ? {} : { change }),
    ...(address.length === 0 ? {} : { hosts: [...address] }),
  }
  const client = openOperatorClient(context, options)
  const decision = await client.call('nodeApprove', { params: { name }, body })
  await context.terminal.result(decision, () => textOf(context, decision))
}

/** `ca-server node set` */
export const runNodeSet = async (
  context: CommandContext,
  options: NodeSetOptions,
  name: string,
): Promise<void> => {
  const hosts = [...options.address, ...options.name]
  if (hosts.length === 0)
    throw new EasycertsError('ERR_USAGE', `which addresses and names has node ${name}?`, {
      hint: 'give all of them, each with --address or --name',
    })
  const client = openOperatorClient(context, options)
  const decision = await client.call('nodeHosts', { params: { name }, body: { hosts } })
  await context.terminal.result(decision, () => textOf(context, decision))
}

/** `ca-server node reject` */
export const runNodeReject = async (
  context: CommandContext,
  options: NodeRejectOptions,
  name: string,
): Promise<void> => {
  const { change } = options
  const reply = await openOperatorClient(context, options).call('nodeReject', {
    params: { name },
    body: change === undefined ? {} : { change },
  })
  const { added, gone } = reply.rejected
  await context.terminal.result(
    reply,
    () => `Node ${reply.node} stays as it is, without ${describeChange(added, gone)}.`,
  )
}

/** '+10.0.0.12 -10.0.0.11' */
export const describeChange = (added: readonly string[], gone: readonly string[]): string =>
  [...added.map((host) => `+${host}`), ...gone.map((host) => `-${host}`)].join(' ')

const textOf = async (
  context: CommandContext,
  { node, before, after, affected }: Decision,
): Promise<string> => {
  const lines = [
    `Node ${node} has ${after.join(' ') || 'no address'} now; it had ${before.join(' ') || 'none'}.`,
    'Run node-join again on it if its first address changed: its units name the old one.',
  ]
  if (affected.length === 0) return [...lines, 'No certificate of it says otherwise.'].join('\n')
  const table = await context.terminal.table(
    ['PROFILE', 'ISSUER', 'SERIAL', 'ENDS'],
    affected.map(({ profile, issuer, serialNumber, notAfter }) => [
      profile,
      issuer,
      serialNumber,
      describeInstant(context, notAfter),
    ]),
  )
  return [
    ...lines,
    'certmgr replaces these at its next contact; the old ones are good until they end or are revoked:',
    table,
  ].join('\n')
}

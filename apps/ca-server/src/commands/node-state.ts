import type { RouteReply } from '@easycerts/shared/api'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { parseRevocationReason } from '@easycerts/shared/revocation'
import { formatTicket, ticketPublicKey } from '@easycerts/shared/ticket'
import { revocationText } from './certificate-revoke.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface NodeQuarantineOptions extends GlobalOptions {
  readonly reason: string
  /** A reason of RFC 5280. */
  readonly revoke?: string
}

type Quarantined = RouteReply<'nodeQuarantine'>

/** `ca-server node quarantine` */
export const runNodeQuarantine = async (
  context: CommandContext,
  options: NodeQuarantineOptions,
  name: string,
): Promise<void> => {
  const { reason, revoke } = options
  const body = {
    reason,
    ...(revoke === undefined ? {} : { revoke: parseRevocationReason(revoke) }),
  }
  const client = openOperatorClient(context, options)
  const reply = await client.call('nodeQuarantine', { params: { name }, body })
  await context.terminal.result(reply, () => quarantineText(context, reply))
}

const quarantineText = async (context: CommandContext, reply: Quarantined): Promise<string> => {
  const { node, wasQuarantined, tickets, runsUntil, revocation, steps } = reply
  const since = wasQuarantined
    ? `has been quarantined since ${node.stateSince ?? '?'}`
    : 'is quarantined'
  return [
    `Node ${node.name} ${since}: ${node.stateReason ?? ''}.`,
    'It gets nothing from this CA any more, and its connections are closed.',
    ...tickets.map((id) => `Ticket ${id} is revoked: nobody joins by it.`),
    ...(runsUntil === null
      ? []
      : [
          `What it holds works until ${runsUntil} (${describeInstant(context, runsUntil)}), unless it is revoked: --revoke keyCompromise.`,
        ]),
    ...(revocation ? ['', await revocationText(context, revocation)] : []),
    ...stepsText(steps),
    '',
    `Later: "ca-server node recover ${node.name}" gives it a new key, "ca-server node remove ${node.name}" forgets it.`,
  ].join('\n')
}

/** What the cluster itself needs, which reads nothing of this CA's records. */
const stepsText = (steps: Quarantined['steps']): string[] => [
  '',
  'The cluster needs, from somebody who may:',
  ...steps.flatMap(({ command, because }) => [`  ${command}`, `    ${because}`]),
]

export interface NodeRecoverOptions extends GlobalOptions {
  readonly ttl: string
}

const SEED_OCTETS = 32

/** `ca-server node recover`: the seed is made here; the server learns only its public key. */
export const runNodeRecover = async (
  context: CommandContext,
  options: NodeRecoverOptions,
  name: string,
): Promise<void> => {
  const seed = new Secret(context.random(SEED_OCTETS))
  const grant = await openOperatorClient(context, options).call('nodeRecover', {
    params: { name },
    body: { ttl: options.ttl, publicKey: ticketPublicKey(seed).toString('base64url') },
  })
  const { id, endpoints, pins, expiresAt } = grant
  const line = formatTicket({ id, endpoints, pins: pins as PublicKeyPin[], seed }).reveal()
  seed.dispose()
  await context.terminal.result({ ticket: line, id, node: name, expiresAt }, () => line)
}

export interface NodeRemoveOptions extends GlobalOptions {
  readonly reason: string
}

/** `ca-server node remove` */
export const runNodeRemove = async (
  context: CommandContext,
  options: NodeRemoveOptions,
  name: string,
): Promise<void> => {
  const reply = await openOperatorClient(context, options).call('nodeRemove', {
    params: { name },
    body: { reason: options.reason },
  })
  const { node, revocation, steps } = reply
  await context.terminal.result(reply, async () =>
    [
      `Node ${node.name} is removed: ${node.stateReason ?? ''}. Its log stays.`,
      '',
      await revocationText(context, revocation),
      ...stepsText(steps),
    ].join('\n'),
  )
}

import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface LeaseBreakOptions extends GlobalOptions {
  readonly reason: string
}

/** `ca-server lease list` */
export const runLeaseList = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const reply = await openOperatorClient(context, options).call('leaseList', {})
  await context.terminal.result(reply.leases, () =>
    reply.leases.length === 0
      ? 'Nobody holds a lease.'
      : context.terminal.table(
          ['COMPONENT', 'NODE', 'TAKEN', 'ENDS'],
          reply.leases.map(({ component, node, takenAt, expiresAt }) => [
            component,
            node,
            describeInstant(context, takenAt),
            describeInstant(context, expiresAt),
          ]),
        ),
  )
}

/** `ca-server lease break` */
export const runLeaseBreak = async (
  context: CommandContext,
  options: LeaseBreakOptions,
  { component, node }: { readonly component: string; readonly node: string },
): Promise<void> => {
  const body = { component, node, reason: options.reason }
  const reply = await openOperatorClient(context, options).call('leaseBreak', { body })
  await context.terminal.result(
    reply,
    () => `The lease of ${component} that ${node} held is broken: another node may restart it now.`,
  )
}

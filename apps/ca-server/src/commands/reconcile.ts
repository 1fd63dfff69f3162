import { createOperatorClient } from '@easycerts/adapters/ca-client'
import type { RouteReply } from '@easycerts/shared/api'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

const clientOf = ({ dataDirectory }: GlobalOptions) =>
  createOperatorClient({ socketPath: dataPaths(dataDirectory).operatorSocket })

/** `ca-server reconcile status` */
export const runReconcileStatus = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const status = await clientOf(options).call('reconcileStatus', {})
  await context.terminal.result(status, () => textOf(context, status))
}

const textOf = async (
  { terminal }: CommandContext,
  { state, restore, epoch, adopted, unseen, complete }: RouteReply<'reconcileStatus'>,
): Promise<string> => {
  if (!restore) return 'This CA was never restored from a backup.'
  const head =
    state === 'open'
      ? `Epoch ${epoch}: newer identities are adopted until ${restore.until}.`
      : `Epoch ${epoch}: adoption has ended.`
  const rows = [
    ...adopted.map(({ node, fingerprint, at }) => [node, 'adopted', at, fingerprint]),
    ...unseen.map((node) => [node, 'not seen yet', '-', '-']),
  ]
  return [
    head,
    `Restored ${restore.since} from a backup of ${restore.backupAt}.`,
    await terminal.table(['NODE', 'STATE', 'AT', 'IDENTITY'], rows),
    ...(complete ? [] : ['There are more; these are the first.']),
  ].join('\n')
}

/** `ca-server reconcile end` */
export const runReconcileEnd = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const reply = await clientOf(options).call('reconcileEnd', { body: {} })
  await context.terminal.result(
    reply,
    () => 'Adoption has ended: an identity that is not on record is refused from now on.',
  )
}

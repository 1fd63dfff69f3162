import { resolve } from 'node:path'
import { describeDuration, parseDuration } from '@easycerts/shared/time'
import { type RestoreReport, restoreBackup } from '../backup/index.ts'
import { readIdentities } from './backup-verify.ts'
import { chooseProtection, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface RestoreOptions extends GlobalOptions, ProtectionOptions {
  readonly identity: string
  readonly keysFrom?: string
  readonly reconcileFor: string
}

/** `ca-server restore` */
export const runRestore = async (
  context: CommandContext,
  file: string,
  options: RestoreOptions,
): Promise<void> => {
  const { keysFrom } = options
  const report = await restoreBackup({
    file,
    identities: readIdentities(context, options.identity),
    directory: resolve(options.dataDirectory),
    protection: chooseProtection(context, options),
    keysFrom: keysFrom === undefined ? undefined : resolve(keysFrom),
    reconcileFor: parseDuration(options.reconcileFor),
    operator: context.userName,
    uid: context.uid,
    clock: context.clock,
    random: context.random,
  })
  const { manifest, started, tokenKeys } = report
  const lost = { from: manifest.createdAt, to: context.clock().toISOString() }
  const { createdAt, cluster, store, log, enrolmentPin } = manifest
  const backup = { createdAt, cluster, store, log, enrolmentPin }
  await context.terminal.result(
    { dataDirectory: options.dataDirectory, backup, ...started, tokenKeys, lost },
    () => textOf(options.dataDirectory, report, lost),
  )
}

const textOf = (
  directory: string,
  { manifest, started, tokenKeys }: RestoreReport,
  lost: { readonly from: string; readonly to: string },
): string => {
  const window = describeDuration(new Date(lost.to).getTime() - new Date(lost.from).getTime())
  return [
    `CA for cluster "${manifest.cluster}" restored in ${directory}, as it was at ${manifest.createdAt}.`,
    `Epoch ${started.epoch} begins (before: ${started.previous.epoch}); ${started.revokedTickets.length} open tickets are revoked.`,
    `Enrolment issuer: ${manifest.enrolmentPin} (compare it with an old ticket or a node).`,
    `Not in these records: what happened from ${lost.from} to ${lost.to} (${window}).`,
    '  Revocations, quarantines and removals of that time must be repeated by hand.',
    '  Nodes that joined then must join again; identities renewed then are adopted when their nodes call.',
    `Adoption ends ${started.reconcileUntil.toISOString()}, or by "ca-server reconcile end".`,
    ...tokenKeys.map((uri) => `Needed, and in no backup: ${uri}`),
    'Make sure that the old server never runs again. Next: ca-server serve',
  ].join('\n')
}

import type { RouteBody, RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseRevocationReason } from '@easycerts/shared/revocation'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'
import { describeInstant } from './describe-instant.ts'

export interface CertificateRevokeOptions extends GlobalOptions {
  readonly issuer?: string
  readonly node?: string
  readonly identity?: string
  readonly reason: string
}

type Reply = RouteReply<'revoke'>

/** `ca-server certificate revoke`: for good, and then says where access ends, and when. */
export const runCertificateRevoke = async (
  context: CommandContext,
  options: CertificateRevokeOptions,
  serialNumber: string | undefined,
): Promise<void> => {
  const body = {
    target: targetOf(options, serialNumber),
    reason: parseRevocationReason(options.reason),
  }
  const client = openOperatorClient(context, options)
  const reply = await client.call('revoke', { body })
  await context.terminal.result(reply, () => revocationText(context, reply))
}

const targetOf = (
  { issuer, node, identity }: CertificateRevokeOptions,
  serialNumber: string | undefined,
): RouteBody<'revoke'>['target'] => {
  const given = [serialNumber, node, identity].filter((each) => each !== undefined)
  if (given.length !== 1)
    throw new EasycertsError('ERR_USAGE', 'which certificates are to be revoked?', {
      hint: 'give one of: a serial number, --node, --identity',
    })
  if (issuer !== undefined && serialNumber === undefined)
    throw new EasycertsError('ERR_USAGE', '--issuer belongs to a serial number')
  if (node !== undefined) return { kind: 'node', node }
  if (identity !== undefined) return { kind: 'identity', identity }
  const whose = issuer === undefined ? {} : { issuer }
  return { kind: 'serial', serialNumber: serialNumber ?? '', ...whose }
}

/** What was revoked, and where access ends, and when. */
export const revocationText = async (context: CommandContext, reply: Reply): Promise<string> => {
  const { revoked, count, tickets, publications, ends } = reply
  const table = await context.terminal.table(
    ['SERIAL', 'ISSUER', 'PROFILE', 'SUBJECT', 'REASON', 'REVOKED'],
    revoked.map(({ serialNumber, issuer, profile, subject, reason, revokedAt, wasRevoked }) => [
      serialNumber,
      issuer,
      profile,
      subject,
      reason,
      wasRevoked ? `before, ${revokedAt}` : 'now',
    ]),
  )
  const more = count > revoked.length ? [`… and ${count - revoked.length} more`] : []
  return [
    table.trimEnd(),
    ...more,
    ...tickets.map((id) => `Ticket ${id} is revoked too: nobody joins by it.`),
    '',
    'Access ends:',
    ...ends.map((end) => `  ${end.where}: ${whenOf(context, end)}\n    ${end.because}`),
    ...publications.map(publicationText),
  ].join('\n')
}

const whenOf = (context: CommandContext, { when, at }: Reply['ends'][number]): string => {
  if (when === 'now') return 'now'
  if (when === 'handshake') return 'at the next handshake'
  return `at ${at ?? '?'} at the latest (${describeInstant(context, at)})`
}

const publicationText = ({ issuer, crl, failure }: Reply['publications'][number]): string => {
  if (failure !== null)
    return `CRL of ${issuer} could not be published yet, it is retried: ${failure}`
  if (crl === null) return `Issuer ${issuer} may not sign CRLs: only OCSP tells of it.`
  return `CRL ${crl.number} of ${issuer} is out, with ${crl.entries} entries.`
}

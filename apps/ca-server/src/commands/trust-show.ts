import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { pinOfSpki } from '@easycerts/shared/key'
import { TRUST_PURPOSES } from '@easycerts/shared/layout'
import { signersOf, type TrustDocument, type TrustVersion } from '@easycerts/shared/trust'
import { parseCertificate } from '@easycerts/shared/x509'
import { askTrust } from './ask-trust.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface TrustShowOptions extends GlobalOptions {
  readonly number?: string
}

interface TrustLine {
  readonly purpose: string
  readonly id: string
  readonly state: string
  /** SHA-256 of the SPKI, hex. */
  readonly pin: string
  /** null for a bare key. */
  readonly notAfter: string | null
}

/** `ca-server trust show` */
export const runTrustShow = async (
  context: CommandContext,
  options: TrustShowOptions,
): Promise<void> => {
  const client = openOperatorClient(context, options)
  const version = await askTrust(client, wantedVersion(options.number))
  const { document } = version
  const lines = linesOf(document)
  const signedBy = signersOf(version, document.trustKeys).map(({ id }) => id)
  const { cluster, epoch, issuedAt, expiresAt, endpoints } = document
  const result = { cluster, epoch, version: document.version, issuedAt, expiresAt, endpoints }
  await context.terminal.result({ ...result, signedBy, entries: lines }, () =>
    textOf(context, version, lines),
  )
  if (new Date(expiresAt) < context.clock())
    context.terminal.warning(`this trust document should have been renewed before ${expiresAt}`)
}

const wantedVersion = (text: string | undefined): number | undefined => {
  if (text === undefined || /^[1-9]\d{0,14}$/.test(text)) return text ? Number(text) : undefined
  throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 20)}" is no version`)
}

const linesOf = ({ purposes, trustKeys, logKeys }: TrustDocument): TrustLine[] => [
  ...TRUST_PURPOSES.flatMap((purpose) =>
    purposes[purpose].map(({ id, state, certificate }) => {
      const { pin, validity } = parseCertificate(decodePem('CERTIFICATE', certificate))
      return { purpose, id, state, pin, notAfter: validity.notAfter.toISOString() }
    }),
  ),
  ...purposes['service-account'].map(({ id, state, publicKey }) => {
    const pin = pinOfSpki(decodePem('PUBLIC KEY', publicKey))
    return { purpose: 'service-account', id, state, pin, notAfter: null }
  }),
  ...trustKeys.map((key) => ownKeyLine('trust-key', key)),
  ...logKeys.map((key) => ownKeyLine('log-key', key)),
]

const ownKeyLine = (
  purpose: string,
  { id, state, publicKey }: TrustDocument['trustKeys'][number],
): TrustLine => {
  const pin = pinOfSpki(Buffer.from(publicKey, 'base64url'))
  return { purpose, id, state, pin, notAfter: null }
}

const textOf = async (
  context: CommandContext,
  { document }: TrustVersion,
  lines: readonly TrustLine[],
): Promise<string> => {
  const { cluster, epoch, version, issuedAt, expiresAt } = document
  const rows = lines.map(({ purpose, id, state, notAfter }) => [
    purpose,
    id,
    state,
    describeInstant(context, notAfter),
  ])
  return [
    `Version ${version} of cluster "${cluster.name}" (epoch ${epoch}), made ${issuedAt}, to be renewed before ${expiresAt}`,
    await context.terminal.table(['PURPOSE', 'ID', 'STATE', 'ENDS'], rows),
  ].join('\n')
}

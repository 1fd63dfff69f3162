import { resolve } from 'node:path'
import { existsSync } from 'node:fs'
import type { OperatorClient } from '@easycerts/adapters/ca-client'
import { readTextFile } from '@easycerts/adapters/files'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseCertificatePem } from '@easycerts/shared/x509'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'
import { describeInstant } from './describe-instant.ts'

export interface CertificateShowOptions extends GlobalOptions {
  readonly issuer?: string
  readonly pem?: boolean
}

type Details = RouteReply<'certificateShow'>['certificates'][number]

/** `ca-server certificate show`: by serial number, by fingerprint, or of the certificate in a file. */
export const runCertificateShow = async (
  context: CommandContext,
  options: CertificateShowOptions,
  wanted: string,
): Promise<void> => {
  const client = openOperatorClient(context, options)
  const details = await find(client, wanted, options.issuer)
  if (options.pem === true) return context.terminal.result(details, () => details.certificate ?? '')
  await context.terminal.result(details, () => describe(context, details))
}

const SERIAL = /^[0-9a-f]{2,40}$/
const FINGERPRINT = /^[0-9a-f]{64}$/

const find = async (
  client: OperatorClient,
  wanted: string,
  issuer: string | undefined,
): Promise<Details> => {
  const hex = wanted.toLowerCase().replaceAll(':', '')
  if (FINGERPRINT.test(hex)) return byFingerprint(client, hex)
  if (SERIAL.test(hex)) return only(await bySerial(client, hex, issuer), `serial number ${hex}`)
  const path = resolve(wanted)
  if (!existsSync(path))
    throw new EasycertsError('ERR_USAGE', 'no serial number, no SHA-256 fingerprint and no file', {
      hint: 'see "ca-server certificate list" for serial numbers',
    })
  const { serialNumber, fingerprint } = parseCertificatePem(readTextFile(path))
  const found = await bySerial(client, serialNumber, issuer)
  // Another CA may have used the same number.
  return only(
    found.filter((each) => each.fingerprint === fingerprint),
    `the certificate in ${wanted}`,
  )
}

const bySerial = async (
  client: OperatorClient,
  serial: string,
  issuer: string | undefined,
): Promise<Details[]> => {
  const query = issuer === undefined ? { serial } : { serial, issuer }
  return (await client.call('certificateShow', { query })).certificates
}

/** Page by page: there is no index over fingerprints. */
const byFingerprint = async (client: OperatorClient, fingerprint: string): Promise<Details> => {
  let after: string | null | undefined
  while (after !== null) {
    const query = after === undefined ? { fingerprint } : { fingerprint, after }
    const { found, next } = await client.call('certificateFind', { query })
    if (found) {
      const { issuer, serialNumber } = found
      return only(await bySerial(client, serialNumber, issuer), `fingerprint ${fingerprint}`)
    }
    after = next
  }
  return only([], `fingerprint ${fingerprint}`)
}

const only = (found: readonly Details[], what: string): Details => {
  const [first, second] = found
  if (!first)
    throw new EasycertsError('ERR_CERTIFICATE_UNKNOWN', `this CA has no record of ${what}`)
  if (second)
    throw new EasycertsError('ERR_USAGE', `several issuers have ${what}`, {
      hint: `choose with --issuer: ${found.map(({ issuer }) => issuer).join(', ')}`,
    })
  return first
}

const describe = (context: CommandContext, details: Details): string => {
  const at = (instant: string): string => `${instant} (${describeInstant(context, instant)})`
  const { renewal, revokedAt, revocationReason, issuedAt, logEntry, names } = details
  const lines: readonly (readonly [string, string | null])[] = [
    ['subject', details.subject],
    ['names', names.length === 0 ? null : names.join(', ')],
    ['profile', details.profile],
    ['state', details.state],
    ['revoked', revokedAt === null ? null : `${at(revokedAt)}, ${revocationReason ?? ''}`],
    ['issuer', details.issuer],
    ['serial', details.serialNumber],
    ['fingerprint', details.fingerprint],
    ['key', `${details.keyPin} (SHA-256 of SPKI)`],
    ['node', details.node],
    ['asked for by', details.requester],
    ['issued', issuedAt === null ? null : at(issuedAt)],
    ['not before', at(details.notBefore)],
    ['not after', at(details.notAfter)],
    ['renewal', renewal && `${renewal.start} to ${renewal.end}${reasonOf(renewal.reason)}`],
    ['log entry', logEntry === null ? null : String(logEntry)],
  ]
  return lines
    .flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(13)}${value}`]))
    .join('\n')
}

const reasonOf = (reason: string | null): string => (reason === null ? '' : `, ordered: ${reason}`)

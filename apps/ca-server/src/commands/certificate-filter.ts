import type { RouteQuery } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { addDuration, parseDuration } from '@easycerts/shared/time'
import { CERTIFICATE_STATES } from './certificate-states.ts'
import type { CommandContext } from './command-context.ts'

/** Which certificates `certificate list` shows; all that are given must hold. */
export interface CertificateListOptions {
  readonly node?: string
  readonly profile?: string
  readonly issuer?: string
  readonly state?: string
  readonly subject?: string
  readonly serial?: string
  readonly requester?: string
  readonly expiresWithin?: string
  readonly issuedSince?: string
}

type Query = Omit<RouteQuery<'certificateList'>, 'limit' | 'after'>

/** ERR_DURATION_INVALID; ERR_USAGE for a time that is neither a duration nor a date. */
export const certificateQueryOf = (
  { clock }: Pick<CommandContext, 'clock'>,
  options: CertificateListOptions,
): Query => {
  const { node, profile, issuer, subject, requester } = options
  const state = CERTIFICATE_STATES.find((each) => each === options.state)
  return given({
    node,
    profile,
    issuer,
    state,
    subject,
    requester,
    serial: options.serial?.toLowerCase().replaceAll(':', ''),
    expiresBefore:
      options.expiresWithin === undefined
        ? undefined
        : addDuration(clock(), parseDuration(options.expiresWithin)).toISOString(),
    issuedSince:
      options.issuedSince === undefined ? undefined : sinceOf(clock(), options.issuedSince),
  })
}

/** '2d' means so long ago; a date is itself. */
export const sinceOf = (now: Date, text: string): string => {
  if (/^\d+[smhd]$/.test(text)) return addDuration(now, 0 - parseDuration(text)).toISOString()
  const date = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime()))
    throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 40)}" is no time`, {
      hint: 'write how long ago, such as 2d, or a date, such as 2026-01-31',
    })
  return date.toISOString()
}

const given = (query: Readonly<Record<string, string | undefined>>): Query =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))

import { LOG_HEAD_HEADER, MAX_LOG_HEAD_CHARACTERS } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { LogReceipt } from '@easycerts/shared/issuance-log'
import type { FastifyRequest } from 'fastify'
import { type Authority, claimOf, receiptOf, withOrigin, type Witness } from '../authority/index.ts'
import { originOf } from './request-origin.ts'

/** Adds the receipt of the certificate to a reply; every answer has one of its own. */
export const withReceipt =
  (authority: Authority, actorOf: (request: FastifyRequest) => string) =>
  async <Kept extends { readonly certificate: string }>(
    kept: Kept,
    request: FastifyRequest,
  ): Promise<Kept & { log: LogReceipt }> => {
    const witness = { actor: actorOf(request), shown: shownHeadOf(request) }
    const here = withOrigin(authority, originOf(request))
    return { ...kept, log: await receiptOf(here, kept.certificate, witness) }
  }

/** The head of the log with its proof from the one that the request shows. */
export const logClaimOf = async (
  authority: Authority,
  request: FastifyRequest,
  actor: Witness['actor'],
) => {
  const here = withOrigin(authority, originOf(request))
  const { claim } = await claimOf(here, { actor, shown: shownHeadOf(request) })
  return { ...claim, publicKey: authority.log.publicKey.toString('base64url') }
}

const shownHeadOf = ({ headers }: FastifyRequest): string | undefined => {
  const shown = headers[LOG_HEAD_HEADER]
  if (shown === undefined) return undefined
  if (typeof shown !== 'string' || shown.length > MAX_LOG_HEAD_CHARACTERS)
    throw new EasycertsError('ERR_LOG_MALFORMED', `header "${LOG_HEAD_HEADER}" is no head of a log`)
  return Buffer.from(shown, 'base64url').toString('utf8')
}

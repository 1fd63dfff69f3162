import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { postToRemote, type RemoteAnswer, type RemoteCall } from '@easycerts/adapters/cfssl-remote'
import { writeAuthenticatedRequest } from '@easycerts/cfssl/auth-token'
import { cfsslError } from '@easycerts/cfssl/protocol'
import { type SignRequest, writeSignRequest } from '@easycerts/cfssl/sign-request'
import type { RemoteSigner } from '@easycerts/cfssl/signing-config'
import { parseJson } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type LegacyRemote, parseLegacyRemote } from '@easycerts/shared/legacy-certmgr'
import { seconds } from '@easycerts/shared/time'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import * as v from 'valibot'

const TIMEOUT = seconds(10)

/** What a remote of cfssl makes of a request, in its own words: CfsslFailure 7400 or 7500. */
export const forwardRequest = async (
  { remote, authKey }: RemoteSigner,
  request: SignRequest,
): Promise<Certificate> => {
  const inner = writeSignRequest(request)
  const call = authKey
    ? { endpoint: 'authsign', body: writeAuthenticatedRequest(authKey, Buffer.from(inner)) }
    : { endpoint: 'sign', body: inner }
  const remotes = remote.split(',').flatMap((text) => parseLegacyRemote(text) ?? [])
  return certificateIn(await askInTurn(remotes, call))
}

/** The next one where one cannot be reached; an answer is an answer. */
const askInTurn = async (
  [first, ...others]: readonly LegacyRemote[],
  call: RemoteCall,
): Promise<RemoteAnswer> => {
  if (!first) throw cfsslError(7500, 'no remote is known')
  const agent = first.protocol === 'https' ? new HttpsAgent(STRICT) : new HttpAgent()
  try {
    return await postToRemote(first, call, { agent, timeout: TIMEOUT })
  } catch (error) {
    if (others.length > 0 && isEasycertsError(error)) return askInTurn(others, call)
    throw error
  } finally {
    agent.destroy()
  }
}

const STRICT = { minVersion: 'TLSv1.2' } as const

const answer = v.object({ success: v.literal(true), result: v.object({ certificate: v.string() }) })

const certificateIn = ({ status, text }: RemoteAnswer): Certificate => {
  if (status !== 200) throw cfsslError(7400, text)
  const parsed = v.safeParse(answer, parseJson(text))
  if (!parsed.success) throw cfsslError(7500, 'the answer of the remote has no certificate')
  try {
    return parseCertificatePem(parsed.output.result.certificate)
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    throw cfsslError(7500, 'the certificate of the remote cannot be read')
  }
}

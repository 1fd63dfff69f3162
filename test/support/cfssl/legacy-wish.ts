import { createHmac } from 'node:crypto'
import { generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import { buildNamedRequest } from '@easycerts/shared/x509'
import { encodeLegacyName, legacyNameOf } from '@easycerts/cfssl/subject'
import { answerCall } from '../../../apps/ca-server/src/legacy-door/index.ts'
import type { LegacyDesk } from '../../../apps/ca-server/src/legacy-door/legacy-desk.ts'

/** The key `main` of the lab. */
const MAIN_KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')

/** PEM of a request with a key of its own. */
export const csrOf = async (
  commonName: string,
  organizations: readonly string[] = [],
  algorithm: KeyAlgorithm = 'ecdsa-p256',
): Promise<string> => {
  const attributes = [
    ...organizations.map((value) => ({ type: 'organizationName', value })),
    { type: 'commonName', value: commonName },
  ]
  const name = encodeLegacyName(legacyNameOf(attributes))
  return buildNamedRequest(await generateSigningKey(algorithm), name, [])
}

/** The body of authsign, as a client that holds the key makes it. */
export const authsignBodyOf = (request: object, key: Buffer = MAIN_KEY): string => {
  const inner = Buffer.from(JSON.stringify(request))
  return JSON.stringify({
    token: createHmac('sha256', key).update(inner).digest('base64'),
    request: inner.toString('base64'),
  })
}

/** What the door answers a POST. */
export const askDesk = async (
  desk: LegacyDesk,
  endpoint: string,
  body: string,
  address = '127.0.0.1',
): Promise<{ readonly status: number; readonly body: string }> => {
  const { reply } = await answerCall(desk, {
    method: endpoint === 'health' ? 'GET' : 'POST',
    endpoint,
    query: new URLSearchParams(),
    body: Buffer.from(body),
    address,
  })
  return reply
}

/** The certificate in an answer; undefined for a refusal. */
export const certificateIn = ({ body }: { readonly body: string }): string | undefined => {
  const { result } = JSON.parse(body) as { result: { certificate?: string } | null }
  return result?.certificate
}

import type { OperatorClient } from '@easycerts/adapters/ca-client'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseSignedTrust, signersOf, type TrustVersion } from '@easycerts/shared/trust'

/** A version of the running server, which a key of its own has signed. ERR_TRUST_UNPROVEN. */
const readSigned = (value: unknown): TrustVersion => {
  const version = parseSignedTrust(value)
  const { trustKeys, version: number } = version.document
  if (signersOf(version, trustKeys).length > 0) return version
  throw new EasycertsError('ERR_TRUST_UNPROVEN', `nobody signed version ${number}`, {
    hint: 'the database was changed: see "ca-server log verify"',
  })
}

/** Every version from behind a number on, oldest first. */
export async function* trustVersionsAfter(
  client: OperatorClient,
  after: number,
): AsyncGenerator<TrustVersion, void, undefined> {
  let known = after
  for (;;) {
    const query = { after: String(known) }
    const { documents, latest } = await client.call('trustChain', { query })
    for (const each of documents) {
      const version = readSigned(each)
      known = version.document.version
      yield version
    }
    if (documents.length === 0 || known >= latest) return
  }
}

/** Larger than any version, so that the answer holds nothing but the number of the newest. */
const BEYOND = String(Number.MAX_SAFE_INTEGER).slice(0, 15)

/** The newest version, or the one of that number. ERR_USAGE for a version that there is not. */
export const askTrust = async (client: OperatorClient, wanted?: number): Promise<TrustVersion> => {
  const { latest } = await client.call('trustChain', { query: { after: BEYOND } })
  const number = wanted ?? latest
  const { documents } = await client.call('trustChain', {
    query: { after: String(Math.max(number - 1, 0)) },
  })
  const found = documents.map(readSigned).find(({ document }) => document.version === number)
  if (found) return found
  throw new EasycertsError('ERR_USAGE', `there is no version ${number} of the trust document`, {
    hint: `the newest is ${latest}`,
  })
}

import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import type { RemoteAnswer } from './post-to-remote.ts'

const messages = v.array(v.object({ code: v.number(), message: v.string() }))

/** cfssl's answers; every version has fields of its own beside these. */
const envelope = v.object({
  success: v.boolean(),
  result: v.optional(v.unknown()),
  errors: v.optional(v.nullable(messages), []),
})

const LONGEST_REASON = 200

/**
 * The result of an answer. ERR_REQUESTER_NOT_PERMITTED with the remote's own words for a refusal,
 * ERR_CA_REPLY_INVALID for what is no answer of cfssl, ERR_CA_UNREACHABLE for a server in trouble.
 */
export const readEnvelope = <Schema extends v.GenericSchema>(
  remote: string,
  given: RemoteAnswer,
  schema: Schema,
): v.InferOutput<Schema> => {
  const { status } = given
  const { success, result, errors } = envelopeOf(remote, given)
  if (!success || status !== 200) throw refusal(remote, errors)
  const parsed = v.safeParse(schema, result)
  if (!parsed.success) throw invalid(remote, 'lacks the certificate')
  return parsed.output
}

/**
 * What `authsign` says of the key of a request without a CSR: cfssl looks at the key first, and only
 * then misses the CSR. Fails as `readEnvelope` does for any other answer.
 */
export const readKeyVerdict = (remote: string, given: RemoteAnswer): boolean => {
  const { success, errors } = envelopeOf(remote, given)
  const words = wordsOf(errors)
  if (success) throw invalid(remote, 'is a success, though nothing was to be signed')
  if (/\bcertificate_request\b/.test(words)) return true
  if (/\binvalid token\b/i.test(words)) return false
  throw refusal(remote, errors)
}

const envelopeOf = (remote: string, { status, text }: RemoteAnswer) => {
  const answer = v.safeParse(envelope, parseJson(text))
  if (status >= 500) throw inTrouble(remote, status, answer.success ? answer.output.errors : [])
  if (!answer.success) throw invalid(remote, `is no answer of cfssl (HTTP status ${status})`)
  return answer.output
}

type Messages = v.InferOutput<typeof messages> | null

/** Words from outside: printable, and not for ever. */
const wordsOf = (errors: Messages): string =>
  (errors ?? [])
    .map(({ message }) => message)
    .join('; ')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, LONGEST_REASON)

const NOT_AUTHORISED = /invalid token|not authori[sz]ed|authori[sz]ation|authentication/i

const refusal = (remote: string, errors: Messages): EasycertsError => {
  const words = wordsOf(errors) || 'without a word'
  return new EasycertsError('ERR_REQUESTER_NOT_PERMITTED', `${remote} refused: ${words}`, {
    hint: NOT_AUTHORISED.test(words)
      ? 'compare the auth_key of the spec with the auth_keys in the configuration of cfssl, and the profile'
      : 'look at the profile and the label of the spec, and at the log of cfssl',
  })
}

const inTrouble = (remote: string, status: number, errors: Messages): EasycertsError => {
  const words = wordsOf(errors)
  return new EasycertsError(
    'ERR_CA_UNREACHABLE',
    `${remote} answered with HTTP status ${status}${words === '' ? '' : `: ${words}`}`,
    { hint: 'look at the log of cfssl' },
  )
}

const invalid = (remote: string, what: string): EasycertsError =>
  new EasycertsError('ERR_CA_REPLY_INVALID', `the answer of ${remote} ${what}`, {
    hint: 'is this address the API of cfssl, and nothing in between?',
  })

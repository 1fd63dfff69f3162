import { CfsslFailure, goError } from '@easycerts/cfssl/protocol'
import { isEasycertsError } from '@easycerts/shared/errors'

/** Failures of ours as cfssl's clients can read them; what is neither ours nor cfssl's says nothing. */
export const failureOf = (error: unknown): CfsslFailure => {
  if (error instanceof CfsslFailure) return error
  if (isEasycertsError(error)) return new CfsslFailure(error.status, error.status, error.message)
  return goError('internal error')
}

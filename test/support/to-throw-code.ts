import { type ErrorCode, isEasycertsError } from '@easycerts/shared/errors'

/** The code that the work fails with. What has no code is a bug and is thrown on. */
export const codeOf = (work: () => unknown): ErrorCode => {
  try {
    work()
  } catch (error) {
    return codeOfError(error)
  }
  throw new Error('nothing was thrown')
}

/** The same for a promise, given or still to be made. */
export const codeOfAsync = async (
  work: Promise<unknown> | (() => Promise<unknown>),
): Promise<ErrorCode> => {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return codeOfError(error)
  }
  throw new Error('nothing was thrown')
}

const codeOfError = (error: unknown): ErrorCode => {
  if (isEasycertsError(error)) return error.code
  throw error
}

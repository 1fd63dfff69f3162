import { isEasycertsError, type Problem, problemOf } from '@easycerts/shared/errors'

export interface ErrorReport {
  readonly problem: Problem
  readonly exitCode: number
  /** Only of a bug: a known failure has a hint instead. */
  readonly stack: string | undefined
}

const EX_SOFTWARE = 70

/** What the user of this very process may know of a failure, which is more than a stranger may. */
export const reportOf = (error: unknown): ErrorReport => {
  const problem = problemOf(error)
  if (isEasycertsError(error)) return { problem, exitCode: error.exitCode, stack: undefined }
  const { message, stack } =
    error instanceof Error ? error : { message: String(error), stack: undefined }
  return {
    problem: { ...problem, detail: `internal error: ${message}` },
    exitCode: EX_SOFTWARE,
    stack: stack ?? 'no stack',
  }
}

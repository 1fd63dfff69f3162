import { isEasycertsError } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'

/** required: without it the CA cannot serve; advisory: somebody should look soon. */
export type CheckLevel = 'required' | 'advisory'

export interface HealthCheck {
  readonly name: string
  readonly level: CheckLevel
  /** In a few words what was found; a failure is thrown, or given as `failed`. */
  readonly look: () => Promise<Finding> | Finding
}

export interface Finding {
  readonly isOk: boolean
  readonly detail: string
}

export interface CheckResult extends Finding {
  readonly name: string
  readonly level: CheckLevel
}

export interface HealthReport {
  /** Every required check passed. */
  readonly isReady: boolean
  readonly checks: readonly CheckResult[]
}

export const ok = (detail: string): Finding => ({ isOk: true, detail })
export const failed = (detail: string): Finding => ({ isOk: false, detail })

const LIMIT: Duration = seconds(3)

/** Runs all of them side by side; one that does not answer has failed. Details hold no secrets. */
export const lookAtHealth = async (checks: readonly HealthCheck[]): Promise<HealthReport> => {
  const results = await Promise.all(
    checks.map(async ({ name, level, look }) => ({ name, level, ...(await findingOf(look)) })),
  )
  const isReady = results.every(({ level, isOk }) => isOk || level === 'advisory')
  return { isReady, checks: results }
}

const findingOf = async (look: HealthCheck['look']): Promise<Finding> => {
  const limit = new AbortController()
  const late = new Promise<Finding>((resolve) => {
    const timer = setTimeout(() => resolve(failed('no answer within 3s')), LIMIT)
    limit.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  try {
    return await Promise.race([Promise.resolve(look()), late])
  } catch (error) {
    return failed(isEasycertsError(error) ? error.message : 'internal error; see the log')
  } finally {
    limit.abort()
  }
}

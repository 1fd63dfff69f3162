import { isEasycertsError } from '@easycerts/shared/errors'
import { expect } from 'vitest'
import { seededRandom } from '../../support/random.ts'
import { type CuttingProxy, cutsOf } from './cutting-proxy.ts'

const SAMPLE = 10
const SEED = 20261121

/** How long one of these tests may take. */
export const CUTS_TIMEOUT = process.env['SOAK'] === 'full' ? 7_200_000 : 60_000

/**
 * Measures one exchange over the proxy, then repeats it with a cut at each place: the first try may
 * fail as an absence alone, the second must succeed. Returns how many first tries failed.
 */
export const cutEverywhere = async (
  proxy: CuttingProxy,
  prepare: () => Promise<() => Promise<unknown>>,
): Promise<number> => {
  const whole = await prepare()
  proxy.arm(undefined)
  await whole()
  const cuts = cutsOf({ ...proxy.passed }, SAMPLE, seededRandom(SEED))
  let failed = 0
  for (const cut of cuts) {
    const exchange = await prepare()
    proxy.arm(cut)
    const failure = await exchange().then(
      () => undefined,
      (error: unknown) => error,
    )
    proxy.arm(undefined)
    const where = `${cut.manner} after ${cut.after} octets ${cut.direction}`
    if (failure !== undefined) {
      failed++
      expect(isEasycertsError(failure) ? failure.code : failure, where).toBe('ERR_CA_UNREACHABLE')
    }
    await exchange().catch((error: unknown) => {
      throw new Error(`the second try failed: ${where}`, { cause: error })
    })
  }
  return failed
}

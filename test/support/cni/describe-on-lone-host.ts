import { afterEach, beforeEach, describe } from 'vitest'
import { type LoneHost, makeLoneHost, obstacleToLoneHost } from './lone-host.ts'

/** A group of tests, each on a new host of its own; skipped where none can be made, unless in CI. */
export const describeOnLoneHost = (
  title: string,
  programs: readonly string[],
  body: (host: () => LoneHost) => void,
): void => {
  const obstacle = obstacleToLoneHost(programs)
  describe.skipIf(obstacle !== undefined)(
    obstacle === undefined ? title : `${title} (skipped: ${obstacle})`,
    () => {
      let host: LoneHost | undefined
      beforeEach(async () => {
        host = await makeLoneHost()
      })
      afterEach(() => host?.dispose())
      body(() => {
        if (host === undefined) throw new Error('a host is there in a test only')
        return host
      })
    },
  )
}

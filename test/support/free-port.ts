import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the range that outgoing connections and `listen(0)` take their ports from.
const [LOWEST, PER_WORKER] = [20_000, 3_000]
/** Each worker has ports of its own: one that is free now is still free when its server starts. */
const FIRST = LOWEST + PER_WORKER * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 4)
const END = FIRST + PER_WORKER
const MOST_ATTEMPTS = 200

const given = new Set<number>()

const isFree = async (port: number): Promise<boolean> => {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
    return true
  } catch {
    return false
  } finally {
    probe.close()
  }
}

/** A port of loopback that nobody listens on; never the same one twice in one process. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, END)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error('no port is free')
}

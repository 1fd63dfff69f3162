import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { type Canary, foundIn } from '../support/secrets/canaries.ts'
import { type CanaryCluster, startCanaryCluster } from '../support/secrets/canary-cluster.ts'

let cluster: CanaryCluster
beforeAll(async () => {
  cluster = await startCanaryCluster()
})
afterAll(() => cluster.dispose())

/** What every local user, and every monitoring agent, reads of processes. */
const watchProcesses = (isOver: () => boolean) => {
  const seen: Record<string, string> = {}
  const look = (path: string): void => {
    try {
      const text = readFileSync(path, 'latin1')
      if (text !== '') seen[`${path} ${text.slice(0, 200)}`] = text
    } catch {
      // It has ended, or is another user's.
    }
  }
  const lookAround = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      for (const file of ['cmdline', 'environ', 'comm']) look(`/proc/${pid}/${file}`)
  }
  const done = (async () => {
    while (!isOver()) {
      lookAround()
      await wait(20)
    }
  })()
  return { seen, done }
}

const ourCommands = (seen: Readonly<Record<string, string>>, app: string) =>
  Object.keys(seen).filter((place) => place.includes('cmdline') && place.includes(`${app}.js`))

describe('A local user reads the process list and the environments while secrets are in use', () => {
  it('from the making of a ticket to the join, the renewal and a backup: no secret is seen', async () => {
    const state = { isOver: false }
    const { seen, done } = watchProcesses(() => state.isOver)
    const canaries: Canary[] = [...cluster.passphrase]
    const ticket = await cluster.takeTicket('worker-1')
    canaries.push(...ticket.canaries)
    const root = cluster.newRoot('worker-1')
    for (const [app, args] of [
      ['node-join', ['--root', root, 'plan']],
      ['node-join', ['--root', root]],
      ['certmgr', ['--root', root, 'ensure', '--force']],
    ] as const) {
      const { exitCode, stderr } = await resultOf(startProgram(app, args), ticket.line)
      expect(app === 'certmgr' || exitCode === 0, stderr).toBe(true)
    }
    await cluster.server.ca(['ticket', 'list'])
    state.isOver = true
    await done
    expect(ourCommands(seen, 'node-join').length).toBeGreaterThan(0)
    expect(ourCommands(seen, 'ca-server').length).toBeGreaterThan(1)
    expect(foundIn(seen, canaries)).toEqual([])
  })

  it('and whoever looks for a secret that is an argument finds it: the watch can see', async () => {
    const state = { isOver: false }
    const { seen, done } = watchProcesses(() => state.isOver)
    const { line, canaries } = await cluster.takeTicket('worker-2')
    const careless = startProgram('node-join', ['--timeout', '1s', '--node', 'worker-2', line])
    await resultOf(careless, '')
    state.isOver = true
    await done
    expect(foundIn(seen, canaries).length).toBeGreaterThan(0)
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../support/e2e/run-program.ts'
import { runInProcess } from '../support/run-in-process.ts'
import { runNodeJoin } from '../support/run-node-join.ts'
import { canariesBelow, foundIn } from '../support/secrets/canaries.ts'
import {
  type CanaryCluster,
  startCanaryCluster,
  type TicketLine,
} from '../support/secrets/canary-cluster.ts'

let cluster: CanaryCluster
beforeAll(async () => {
  cluster = await startCanaryCluster()
})
afterAll(() => cluster.dispose())

/** Everything that the programs said, by what said it. */
const told: Record<string, string> = {}
const run = async (
  app: 'node-join' | 'certmgr',
  args: readonly string[],
  input?: string,
): Promise<number | null> => {
  const { exitCode, stdout, stderr } = await (app === 'certmgr'
    ? runProgram(app, args)
    : runNodeJoin(args, input))
  told[`${app} ${args.join(' ').slice(0, 60)} ${Object.keys(told).length}`] = stdout + stderr
  return exitCode
}

describe('Somebody reads every log and everything that was printed', () => {
  it('of a node that joins, renews, is looked at and reset: no key, ticket or passphrase', async () => {
    const { line, canaries } = await cluster.takeTicket('worker-1')
    const root = cluster.newRoot('worker-1')
    const at = ['--root', root]
    expect(await run('node-join', [...at, 'plan'], line)).toBe(0)
    expect(await run('node-join', at, line)).toBe(0)
    const keys = canariesBelow(root)
    expect(keys.length).toBeGreaterThan(10)
    await run('node-join', [...at, '--output', 'json', 'status'])
    await run('certmgr', [...at, 'status'])
    await run('certmgr', [...at, 'ensure'])
    await run('node-join', at, line)
    await run('node-join', [...at, 'reset', '--yes'])
    told['the log of ca-server'] = cluster.server.log()
    expect(foundIn(told, [...keys, ...canaries, ...cluster.passphrase])).toEqual([])
  })

  it('of somebody who puts the ticket where it does not belong', async () => {
    const { line, canaries } = await cluster.takeTicket('worker-2')
    const root = cluster.newRoot('worker-2')
    for (const args of [
      [line],
      ['plan', line],
      ['--node', line],
      ['--root', line],
      ['--timeout', line],
      ['--key-algorithm', line],
      ['--output', line],
      [`--${line}`],
      ['--program-directory', line, '--root', root],
      ['reset', line],
    ])
      await run('node-join', args, line)
    for (const damage of [(text: string) => text.slice(0, -8), (text: string) => `${text}${text}`])
      await run('node-join', ['--root', root], damage(line))
    await run('certmgr', ['--config', line, 'status', line])
    await putIntoCa(line)
    expect(Object.keys(told).length).toBeGreaterThan(14)
    expect(foundIn(told, canaries)).toEqual([])
  })

  it('of whoever gives a wrong passphrase', async () => {
    const { directory } = cluster.server
    const { stdout, stderr, code } = await cluster.server.ca(
      ['keys', 'protect', '--passphrase-file', join(directory, 'ca-server.yaml')],
      { input: `${readFileSync(cluster.passphraseFile, 'utf8')}\n` },
    )
    expect(code).toBeDefined()
    expect(foundIn({ output: stdout + stderr }, cluster.passphrase)).toEqual([])
  })
})

const putIntoCa = async (line: TicketLine['line']): Promise<void> => {
  for (const args of [
    ['ticket', 'revoke', line],
    ['ticket', 'create', '--node', line, '--role', 'worker'],
    ['ticket', 'create', '--node', 'worker-3', '--role', line],
    ['ticket', 'create', '--node', 'worker-3', '--role', 'worker', '--address', line],
    ['ticket', 'create', '--node', 'worker-3', '--role', 'worker', '--ttl', line],
    ['certificate', 'show', line],
    ['certificate', 'list', '--node', line],
    ['log', 'verify', '--head', line],
    [line],
  ]) {
    const place = ['--data-directory', cluster.server.directory]
    const { stdout, stderr } = await runInProcess([...place, ...args])
    told[`ca-server ${args.slice(0, 2).join(' ').slice(0, 40)} ${Object.keys(told).length}`] =
      stdout + stderr
  }
  told['the log of ca-server'] = cluster.server.log()
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { canariesBelow, foundIn } from '../support/secrets/canaries.ts'
import { type CanaryCluster, startCanaryCluster } from '../support/secrets/canary-cluster.ts'
import { makeFolder } from '../support/ca-server-process.ts'
import { until } from '../support/until.ts'

let cluster: CanaryCluster
let reports: string
beforeAll(async () => {
  reports = makeFolder()
  const options = `--report-on-signal --report-signal=SIGUSR2 --report-directory=${reports}`
  cluster = await startCanaryCluster({ env: { NODE_OPTIONS: options } })
})
afterAll(() => cluster.dispose())

const readAll = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

/** A module that ends the program by an error of nobody’s, some time after its start. */
const crashingModule = (folder: string, milliseconds: number): string => {
  const path = join(folder, `crash-${milliseconds}.cjs`)
  writeFileSync(
    path,
    `setTimeout(() => { throw new Error('struck by lightning') }, ${milliseconds})\n`,
  )
  return path
}

describe('Somebody reads what a crash leaves behind', () => {
  it('a diagnostic report of a CA whose keys are open holds neither keys nor passphrase', async () => {
    const { server, passphrase } = cluster
    const ticket = await cluster.takeTicket('worker-1')
    process.kill(server.pid, 'SIGUSR2')
    await until(() => readdirSync(reports).length > 0)
    await until(() =>
      Object.values(readAll(reports)).every(
        (text) => text.endsWith('}\n}') || text.trimEnd().endsWith('}'),
      ),
    )
    const canaries = [...passphrase, ...ticket.canaries]
    expect(Object.values(readAll(reports))[0]).toContain('javascriptStack')
    expect(foundIn(readAll(reports), canaries)).toEqual([])
  })

  it('the stacks of a join that dies of an uncaught error at any instant tell nothing', async () => {
    const told: Record<string, string> = {}
    const reportsOfJoins = join(cluster.folder, 'reports')
    mkdirSync(reportsOfJoins)
    const delays = [150, 400, 700, 1000]
    const { line, canaries } = await cluster.takeTicket('worker-2')
    const root = cluster.newRoot('worker-2')
    for (const delay of delays) {
      const { stdout, stderr, exitCode } = await resultOf(
        startProgram(
          'node-join',
          ['--root', root],
          [
            'env',
            `NODE_OPTIONS=--require ${crashingModule(cluster.folder, delay)} --report-uncaught-exception --report-directory=${reportsOfJoins}`,
          ],
        ),
        line,
      )
      told[`a crash after ${delay} ms, exit code ${exitCode ?? 'none'}`] = stdout + stderr
    }
    expect(Object.keys(told).join()).toMatch(/exit code (1|7)\b/)
    expect(existsSync(reportsOfJoins)).toBe(true)
    const keys = canariesBelow(root)
    const places = { ...told, ...readAll(reportsOfJoins) }
    expect(foundIn(places, [...canaries, ...keys])).toEqual([])
    const { exitCode } = await resultOf(startProgram('node-join', ['--root', root]), line)
    expect(exitCode).toBe(0)
  })

  it('a signal that opens Node’s debugger to local users opens nothing', async () => {
    const { server } = cluster
    process.kill(server.pid, 'SIGUSR1')
    await cluster.takeTicket('worker-3')
    expect(server.log()).not.toContain('Debugger listening')
  })
})

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CA_SERVER_BIN,
  type CaServerProcess,
  makeFolder,
  startCaServer,
} from '../support/ca-server-process.ts'
import { isAsShown, readConsole } from '../support/docs/read-console.ts'
import { runConsole } from '../support/docs/run-console.ts'
import { joinNode } from '../support/joiner.ts'

const docs = new URL('../../docs/', import.meta.url)
const bin = new URL('../../node_modules/.bin', import.meta.url).pathname

const pages = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, commands: readConsole(readFileSync(new URL(name, docs), 'utf8')) }))
  .filter(({ commands }) => commands.length > 0)

it('finds pages to run', () => {
  expect(pages.length).toBeGreaterThan(0)
  expect(CA_SERVER_BIN).toContain('ca-server')
})

describe.each(pages)('docs/$name', ({ commands }) => {
  const folder = makeFolder()
  let ca: CaServerProcess

  beforeAll(async () => {
    ca = await startCaServer()
    await joinNode(ca, 'worker-1')
    mkdirSync(join(folder, 'home'))
  })
  afterAll(async () => {
    await ca.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('shows commands that work and print what it says', async () => {
    const env = {
      CA: ca.directory,
      HOME: join(folder, 'home'),
      NO_COLOR: '1',
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    }
    const runs = await runConsole(commands, { cwd: folder, env })
    const wrong = runs.filter(
      ({ exitCode, output, printed }) =>
        exitCode !== 0 || (output !== undefined && !isAsShown(output, printed)),
    )
    expect(wrong).toEqual([])
  })
})

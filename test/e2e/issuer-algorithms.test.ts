import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { runProgram } from '../support/e2e/run-program.ts'

const folder = makeFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('an enrolment issuer of every kind of key', () => {
  it.each(['ecdsa-p384', 'rsa-2048', 'ed25519'])(
    'serves TLS and admits nodes: %s',
    async (algorithm) => {
      const ca = await startCaServer({ initArgs: ['--key-algorithm', algorithm] })
      try {
        const made = await ca.ca([
          ...['ticket', 'create', '--node', 'n1', '--role', 'worker', '--address', '127.0.0.1'],
        ])
        const root = join(folder, `node-${algorithm}`)
        mkdirSync(root)
        const { ticket } = JSON.parse(made.stdout) as { ticket: string }
        const joined = await runProgram('node-join', ['--root', root, '--no-start'], ticket)
        expect(joined, joined.stderr).toMatchObject({ exitCode: 0 })
      } finally {
        await ca.dispose()
      }
    },
  )
})

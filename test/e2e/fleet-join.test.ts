import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { runProgram } from '../support/e2e/run-program.ts'

let folder: string
let ca: CaServerProcess
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easycerts-e2e-'))
  // A worker's certificates are more than two: node-join has to wait for the others.
  const limits = 'limits:\n  identity:\n    certificatesAtOnce: 2\n    certificatesPerHour: 3600\n'
  ca = await startCaServer({ editConfig: (text) => `${text}\n${limits}` })
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const newRoot = (name: string): string => {
  const root = join(folder, name)
  mkdirSync(root)
  return root
}

const takeTicket = async (...words: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await ca.ca(['ticket', 'create', '--role', 'worker', ...words])
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { ticket: string }).ticket
}

const nodeJoin = (root: string, input: string, ...words: readonly string[]) =>
  runProgram('node-join', ['--root', root, '--output', 'json', ...words], input)

const codeIn = (stderr: string): string | undefined => /"code": "(ERR_\w+)"/.exec(stderr)?.[1]

const identityFiles = (root: string) => join(root, 'var/lib/easycerts/identity')

describe('a machine that made its key before there was a ticket', () => {
  it('prints the same request each time, joins by a ticket bound to it, and then forgets it', async () => {
    const root = newRoot('prepared')
    const [first, again] = [
      await nodeJoin(root, '', 'request'),
      await nodeJoin(root, '', 'request'),
    ]
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.stdout).toBe(first.stdout)
    const { csr, keyPin } = JSON.parse(first.stdout) as { csr: string; keyPin: string }
    expect(first.stdout).not.toContain('PRIVATE KEY')
    const kept = join(identityFiles(root), 'prepared.pem')
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    const file = join(folder, 'prepared.csr')
    writeFileSync(file, csr)
    const ticket = await takeTicket('--node', 'prepared-1', '--csr', file)

    // Whoever copied the line has another key.
    const thief = await nodeJoin(newRoot('thief'), `${ticket}\n`)
    expect(thief.exitCode).toBe(77)
    expect(codeIn(thief.stderr)).toBe('ERR_TICKET_KEY_REFUSED')

    const joined = await nodeJoin(root, `${ticket}\n`)
    expect(joined).toMatchObject({ exitCode: 0 })
    expect(readdirSync(identityFiles(root))).not.toContain('prepared.pem')
    const { stdout } = await ca.ca(['node', 'list'])
    expect(stdout).toContain('prepared-1')
    const id = ticket.split('.')[1] ?? ''
    const shown = JSON.parse((await ca.ca(['ticket', 'show', id])).stdout) as object
    expect(shown).toMatchObject({ state: 'spent', nodes: [{ keyPin }] })
  }, 60_000)
})

describe('machines that share a ticket', () => {
  it('join under the names that they say, and not without one that matches', async () => {
    const ticket = await takeTicket('--node', 'pool-{1..3}', '--uses', '2')
    const first = newRoot('pool-1')
    expect(await nodeJoin(first, `${ticket}\n`, '--node', 'pool-1')).toMatchObject({ exitCode: 0 })
    // An image that is being made has no host name of its own.
    const nameless = await nodeJoin(newRoot('pool-0'), `${ticket}\n`)
    expect(codeIn(nameless.stderr)).toBe('ERR_NODE_NAME_MISMATCH')
    const record = readFileSync(join(identityFiles(first), 'node.json'), 'utf8')
    expect(JSON.parse(record)).toMatchObject({ node: { name: 'pool-1', role: 'worker' } })
    // Run again, with the ticket that it has used: nothing is asked for anew.
    expect(await nodeJoin(first, `${ticket}\n`, '--node', 'pool-1')).toMatchObject({ exitCode: 0 })
  }, 60_000)
})

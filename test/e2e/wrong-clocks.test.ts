import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { PKI } from '@easycerts/shared/layout'
import { parseCertificate } from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { type App, type ProgramResult, resultOf, startProgram } from '../support/e2e/run-program.ts'
import { faketimeWords } from '../support/faketime.ts'
import { filesOf, fingerprintOf } from '../support/file-tree.ts'
import { describeWith } from '../support/needed-tool.ts'

const folder = makeFolder()
let ca: CaServerProcess
let shortLived: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
  shortLived = await startCaServer({ initArgs: ['--certificate-life', '1h'] })
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  await shortLived.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const runAt = (clock: string, app: App, args: readonly string[], input = '') =>
  resultOf(startProgram(app, args, faketimeWords(clock)), input)

let nodes = 0
const newNode = async (server: CaServerProcess): Promise<{ root: string; ticket: string }> => {
  const name = `worker-${++nodes}`
  const words = ['ticket', 'create', '--node', name, '--role', 'worker']
  const { stdout } = await server.ca(words)
  const root = join(folder, name)
  mkdirSync(root)
  return { root, ticket: (JSON.parse(stdout) as { ticket: string }).ticket }
}

const joinAt = (clock: string, { root, ticket }: { root: string; ticket: string }) =>
  runAt(clock, 'node-join', ['--root', root], ticket)

const certificatesOf = (root: string) =>
  (existsSync(join(root, PKI)) ? readdirSync(join(root, PKI)) : [])
    .filter((name) => name.endsWith('.crt') && !name.endsWith('-ca.crt'))
    .map((name) => decodePemBlocks(readFileSync(join(root, PKI, name), 'utf8'))[0]?.der)
    .map((der) => parseCertificate(der ?? Buffer.alloc(0)))

const expectRefusal = ({ exitCode, stderr }: ProgramResult, figure: RegExp): void => {
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 76 })
  expect(stderr).toMatch(figure)
  expect(stderr).toMatch(/hint: set the clock/)
}

describeWith('faketime', 'a machine whose clock is wrong', () => {
  it.each([
    ['10 minutes ahead', '+10m', /clock is 10m \d+s ahead of the CA's/],
    ['in 1970', '@1970-02-01 00:00:00', /clock is \d{5}d \d+h behind the CA's/],
    ['in 2099', '@2099-01-01 00:00:00', /clock is \d{5}d \d+h ahead of the CA's/],
  ])('%s is told so and gets nothing, and its ticket is still good', async (_, clock, figure) => {
    const node = await newNode(ca)
    expectRefusal(await joinAt(clock, node), figure)
    expect(filesOf(node.root)).toEqual([])
    const plan = await runAt(clock, 'node-join', ['--root', node.root, 'plan'], node.ticket)
    expectRefusal(plan, figure)
    expect((await joinAt('+0s', node)).exitCode).toBe(0)
  })

  it('3 minutes behind joins with a warning, and all that it gets is valid by its clock', async () => {
    const node = await newNode(ca)
    const { exitCode, stderr } = await joinAt('-3m', node)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toMatch(/warning: this machine's clock is (3m \d|2m 5\d)s behind the CA's/)
    const local = Date.now() - 180_000
    for (const { validity } of certificatesOf(node.root))
      expect(validity.notBefore.getTime()).toBeLessThan(local)
  })

  it('3 minutes behind gets no certificate that begins within them, and goes on when it is right', async () => {
    const node = await newNode(shortLived)
    expectRefusal(await joinAt('-3m', node), /is not valid for another \dm \d+s, by the clock/)
    expect(certificatesOf(node.root)).toEqual([])
    expect(filesOf(node.root).filter((path) => /pki\/.*\.key$/.test(path))).toEqual([])
    const { exitCode, stderr } = await joinAt('+0s', node)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  })

  it('half a minute behind waits until its certificates begin', async () => {
    const node = await newNode(shortLived)
    // A certificate of an hour begins 36 seconds before it is issued.
    const { exitCode, stderr } = await joinAt('-40s', node)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    const local = Date.now() - 40_000
    const certificates = certificatesOf(node.root)
    expect(certificates).toHaveLength(4)
    for (const { validity } of certificates)
      expect(validity.notBefore.getTime()).toBeLessThan(local)
  })
})

describeWith('faketime', 'certmgr on a machine whose clock is wrong', () => {
  let root: string
  beforeAll(async () => {
    const node = await newNode(ca)
    root = node.root
    expect((await joinAt('+0s', node)).exitCode).toBe(0)
  }, 60_000)

  it.each([
    ['in 1970', '@1970-02-01 00:00:00', 75],
    ['in 2099', '@2099-01-01 00:00:00', 75],
    ['3 minutes behind', '-3m', 0],
    ['10 minutes ahead', '+10m', 0],
  ])('%s leaves every key and certificate as it is', async (_, clock, code) => {
    const before = fingerprintOf(join(root, PKI))
    const { exitCode, stderr, stdout } = await runAt(clock, 'certmgr', ['--root', root, 'ensure'])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
    if (code !== 0) expect(stdout + stderr).toMatch(/clock/)
    expect(fingerprintOf(join(root, PKI))).toEqual(before)
    const known = await runAt('+0s', 'certmgr', ['--root', root, 'ensure'])
    expect(known.exitCode, known.stderr).toBe(0)
  })
})

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'

const NOBODY = 65_534

let server: CaServerProcess
let socket: string
beforeAll(async () => {
  server = await startCaServer()
  socket = join(server.directory, 'operator.sock')
})
afterAll(() => server.dispose())

const isRoot = process.geteuid?.() === 0

/** What another local user gets who dials the socket. */
const asNobody = (path: string): string => {
  const script = `require('node:net').connect(process.argv[1])
    .on('connect', () => { console.log('in'); process.exit() })
    .on('error', (error) => console.log(error.code))`
  const words = ['-e', script, path]
  return spawnSync(process.execPath, words, { uid: NOBODY, gid: NOBODY, cwd: '/' })
    .stdout.toString()
    .trim()
}

describe.skipIf(!isRoot)('another local user who dials the operator’s socket', () => {
  it('does not even reach it', () => {
    expect(asNobody(socket)).toBe('EACCES')
  })

  it('does not get in where somebody opened the directories around it', () => {
    const parent = join(server.directory, '..')
    chmodSync(parent, 0o755)
    chmodSync(server.directory, 0o755)
    try {
      expect(asNobody(socket)).toBe('EACCES')
      expect(lstatSync(socket).mode & 0o777).toBe(0o600)
    } finally {
      chmodSync(server.directory, 0o700)
      chmodSync(parent, 0o700)
    }
  })
})

describe('what waits in the place of the operator’s socket when the server starts', () => {
  it('is refused if it is a link, and what it points to is left alone', async () => {
    const folder = makeFolder()
    const [victim, elsewhere] = [join(folder, 'victim'), join(folder, 'elsewhere.sock')]
    writeFileSync(victim, 'precious')
    await server.stop()
    for (const target of [victim, elsewhere]) {
      symlinkSync(target, socket)
      await expect(server.start()).rejects.toThrow(/ERR_FILE_UNSAFE[^]*operator\.sock/)
      rmSync(socket)
    }
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(existsSync(elsewhere)).toBe(false)
    rmSync(folder, { recursive: true })
  })

  it('is refused if it is a directory', async () => {
    mkdirSync(socket)
    await expect(server.start()).rejects.toThrow(/operator\.sock/)
    rmdirSync(socket)
  })

  it('is replaced if it is the socket of a server that was killed', async () => {
    await server.start()
    await server.kill()
    expect(lstatSync(socket).isSocket()).toBe(true)
    await server.start()
    await expect(server.operator('GET', '/v1/health')).resolves.toMatchObject({ status: 200 })
  })
})

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { initCa, makeFolder } from '../../support/ca-server-process.ts'
import { entriesOf, fingerprintOf } from '../../support/file-tree.ts'
import { canMount, mountDisk } from '../../support/mounted-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { describeWith } from '../../support/needed-tool.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

/** A directory with a CA in it, shared by tests that must not change it. */
let shared: string
let whole: string
beforeAll(async () => {
  shared = makeFolder()
  whole = join(shared, 'ca')
  await initCa(whole, [], { wrapper: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] })
})
afterAll(() => rmSync(shared, { recursive: true, force: true }))

describe('ca-server init', () => {
  it('makes a directory that is its user’s alone, whatever the umask', () => {
    const modes = entriesOf(whole).map(({ path, mode }) => `${mode} ${path}`)
    expect(modes).toEqual([
      '0700 .',
      '0600 ca-server.yaml',
      '0600 easycerts.db',
      '0700 keys',
      '0600 keys/cluster-g1.pem',
      '0600 keys/enrolment-g1.pem',
      '0600 keys/etcd-g1.pem',
      '0600 keys/front-proxy-g1.pem',
      '0600 keys/log-g1.pem',
      '0600 keys/protection.json',
      '0600 keys/trust-g1.pem',
    ])
    expect(readdirSync(shared)).toEqual(['ca'])
  })

  it('is refused the second time and changes nothing', async () => {
    const before = fingerprintOf(whole)
    const again = await initCa(whole)
    expect(again).toMatchObject({ exitCode: 65, code: 'ERR_ALREADY_INITIALISED' })
    expect(fingerprintOf(whole)).toEqual(before)
    expect(readdirSync(shared)).toEqual(['ca'])
  })

  it('is refused where anything else lies', async () => {
    writeFileSync(join(folder, 'letter'), 'dear')
    const result = await initCa(folder)
    expect(result).toMatchObject({ exitCode: 65, code: 'ERR_ALREADY_INITIALISED' })
    expect(readdirSync(folder)).toEqual(['letter'])
  })

  it('takes an empty directory, as systemd’s StateDirectory= makes one', async () => {
    const directory = join(folder, 'ca')
    mkdirSync(directory, { mode: 0o755 })
    await expect(initCa(directory)).resolves.toMatchObject({ exitCode: 0 })
    expect(entriesOf(directory)[0]).toMatchObject({ mode: '0700' })
    expect(readdirSync(folder)).toEqual(['ca'])
  })

  it('makes one CA when two run at once', async () => {
    const directory = join(folder, 'ca')
    const results = await Promise.all([initCa(directory), initCa(directory)])
    expect(results.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1)
    expect(results.find(({ exitCode }) => exitCode !== 0)).toMatchObject({
      exitCode: 65,
      code: 'ERR_ALREADY_INITIALISED',
    })
    expect(readdirSync(folder)).toEqual(['ca'])
  })

  it('leaves nothing behind when the passphrase file is not there', async () => {
    const result = await initCa(join(folder, 'ca'), [], {
      protection: ['--passphrase-file', join(folder, 'none')],
    })
    expect(result).toMatchObject({ exitCode: 66, code: 'ERR_FILE_UNREADABLE' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('is refused below a file, which stays as it is', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'text')
    for (const path of [file, join(file, 'ca')])
      await expect(initCa(path)).resolves.toMatchObject({
        exitCode: 73,
        code: 'ERR_FILE_NOT_WRITABLE',
      })
    expect(readFileSync(file, 'utf8')).toBe('text')
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe.skipIf(!canMount())('ca-server init on a disk in trouble', () => {
  it('leaves nothing behind where nothing can be written', async () => {
    const disk = mountDisk('1m')
    try {
      disk.makeReadOnly()
      await expect(initCa(join(disk.path, 'ca'))).resolves.toMatchObject({
        exitCode: 73,
        code: 'ERR_FILE_NOT_WRITABLE',
      })
      expect(readdirSync(disk.path)).toEqual([])
    } finally {
      disk.remove()
    }
  })

  // Full at the first file, at the database, at its journal, at the last keys.
  it.each(['4k', '24k', '100k', '160k'])('leaves nothing behind on a disk of %s', async (size) => {
    const disk = mountDisk(size)
    try {
      const { exitCode, code } = await initCa(join(disk.path, 'ca'))
      expect([73, 74]).toContain(exitCode)
      expect(['ERR_FILE_NOT_WRITABLE', 'ERR_STORE_UNAVAILABLE']).toContain(code)
      expect(readdirSync(disk.path)).toEqual([])
    } finally {
      disk.remove()
    }
  })
})

describeWith('strace', 'ca-server init as the kernel sees it', () => {
  let parent: string
  let calls: string[]
  beforeAll(async () => {
    parent = join(shared, 'traced')
    const trace = join(shared, 'trace')
    const wanted = 'trace=openat,open,creat,mkdir,mkdirat,chmod,fchmod,fchmodat,rename,fsync'
    const wrapper = [
      ...['sh', '-c', 'umask 000; exec "$@"', 'sh'],
      ...['strace', '-f', '-y', '-qq', '-e', wanted, '-o', trace],
    ]
    await expect(initCa(join(parent, 'ca'), [], { wrapper })).resolves.toMatchObject({
      exitCode: 0,
    })
    calls = readFileSync(trace, 'utf8').split('\n')
  })

  it('never creates a file that others could open, nor widens one', () => {
    const modes = calls
      .filter((call) => call.includes(`${parent}/`) && /O_CREAT|mkdir|chmod|creat\(/.test(call))
      .map((call) => /,\s0?([0-7]{3,4})\)/.exec(call)?.[1] ?? call)
    // Four keys, the protection, the settings, the database and its journals, two directories.
    expect(modes.length).toBeGreaterThan(10)
    expect(modes.filter((mode) => !['600', '700'].includes(mode))).toEqual([])
  })

  it('makes the directory’s own name durable before it says that it is there', () => {
    const renamed = calls.findIndex(
      (call) => call.includes('rename(') && call.includes(`"${parent}/ca"`),
    )
    const synced = calls.slice(renamed).filter((call) => call.includes(`<${parent}>)`))
    expect(renamed).toBeGreaterThan(0)
    // Once for the name itself, and once more for the lock that is gone.
    expect(synced.length).toBeGreaterThan(0)
  })
})

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ensureDirectory,
  loadOwnerIds,
  removeFileDurably,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const isRoot = process.geteuid?.() === 0
const modeOf = (path: string): number => statSync(path).mode & 0o7777

const accounts = (folder: string): string => {
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/passwd'), 'etcd:x:1234:1235::/:/bin/false\nroot:x:7:7::/:\n')
  writeFileSync(join(folder, 'etc/group'), 'pki:x:4321:etcd\nbad line\nodd:x:notanumber:\n')
  return folder
}

describe('a durable write', () => {
  it('gives the file its exact mode whatever the umask, and leaves nothing beside it', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'ca.crt')
    await writeFileDurably({ path, content: 'one', mode: 0o666 })
    await writeFileDurably({ path, content: Buffer.from('two'), mode: 0o640 })
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(modeOf(path)).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['ca.crt'])
  })

  it.runIf(isRoot)(
    'hands the file to its owner and group by the names of the machine',
    async () => {
      const folder = temporaryFolder()
      const path = join(folder, 'etcd.key')
      const ids = loadOwnerIds(accounts(folder), 0)
      await writeFileDurably(
        { path, content: 'key', mode: 0o640, owner: 'etcd', group: 'pki' },
        { ids },
      )
      expect(statSync(path)).toMatchObject({ uid: 1234, gid: 4321 })
      expect(modeOf(path)).toBe(0o640)
    },
  )

  it('refuses a target that is a symbolic link, and leaves what it names alone', async () => {
    const folder = temporaryFolder()
    const victim = join(folder, 'shadow')
    writeFileSync(victim, 'victim')
    symlinkSync(victim, join(folder, 'link'))
    const write = writeFileDurably({ path: join(folder, 'link'), content: 'x', mode: 0o600 })
    await expect(write).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    expect(readFileSync(victim, 'utf8')).toBe('victim')
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('refuses a target that is a directory or a device', async () => {
    const folder = temporaryFolder()
    for (const path of [folder, '/dev/null']) {
      const write = writeFileDurably({ path, content: 'x', mode: 0o600 })
      await expect(write).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    }
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('names the target and the reason, and nothing of the content, when it fails', async () => {
    const path = join(temporaryFolder(), 'absent/ca.key')
    await expect(writeFileDurably({ path, content: 'SECRET', mode: 0o600 })).rejects.toMatchObject({
      code: 'ERR_FILE_NOT_WRITABLE',
      message: `cannot write ${path}: ENOENT`,
    })
  })

  it('refuses to guess the ids of an owner when it knows no accounts', async () => {
    const path = join(temporaryFolder(), 'etcd.key')
    const write = writeFileDurably({ path, content: 'key', mode: 0o600, owner: 'etcd' })
    await expect(write).rejects.toMatchObject({ code: 'ERR_USER_UNKNOWN' })
    expect(existsSync(path)).toBe(false)
  })
})

describe('the accounts of a machine', () => {
  it('resolve names and decimal ids, and root is 0 whatever the files say', () => {
    const ids = loadOwnerIds(accounts(temporaryFolder()), 0)
    expect([ids.uidOf('etcd'), ids.uidOf('77'), ids.uidOf('root')]).toEqual([1234, 77, 0])
    expect([ids.gidOf('pki'), ids.gidOf('0'), ids.gidOf('root')]).toEqual([4321, 0, 0])
  })

  it('refuse names that are not there, malformed lines and ids beyond 32 bits', () => {
    const ids = loadOwnerIds(accounts(temporaryFolder()), 0)
    for (const name of ['nobody-here', '', '-1', '4294967295', '0x10'])
      expect(() => ids.uidOf(name)).toThrow(expect.objectContaining({ code: 'ERR_USER_UNKNOWN' }))
    expect(() => ids.gidOf('odd')).toThrow('no group "odd"')
  })

  it('know root even where there are no files at all', () => {
    expect(loadOwnerIds(temporaryFolder(), 0).uidOf('root')).toBe(0)
  })

  it('leave the owner alone for anybody but root, who alone could change it', () => {
    const ids = loadOwnerIds('/', 1000)
    expect([ids.uidOf('no-such-user'), ids.gidOf('root')]).toEqual([undefined, undefined])
  })
})

describe('ensuring a directory', () => {
  it('creates parents for everybody and the last one with exactly its mode', async () => {
    const folder = temporaryFolder()
    await ensureDirectory(join(folder, 'a/b/c'), 0o700)
    expect([modeOf(join(folder, 'a')), modeOf(join(folder, 'a/b/c'))]).toEqual([0o755, 0o700])
  })

  it('leaves a directory that is there as it is', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o711)
    await ensureDirectory(folder, 0o700)
    expect(modeOf(folder)).toBe(0o711)
  })

  it('refuses a symbolic link in the last place, and follows one among the parents', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    const refused = ensureDirectory(join(folder, 'link'), 0o700)
    await expect(refused).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    await ensureDirectory(join(folder, 'link/below'), 0o700)
    expect(statSync(join(folder, 'real/below')).isDirectory()).toBe(true)
  })

  it('says so when a file stands in its place', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    for (const path of [join(folder, 'file'), join(folder, 'file/below')])
      await expect(ensureDirectory(path, 0o700)).rejects.toMatchObject({
        code: 'ERR_FILE_NOT_WRITABLE',
      })
  })

  it('lets two callers create the same directory at once', async () => {
    const path = join(temporaryFolder(), 'a/b')
    await Promise.all([ensureDirectory(path, 0o700), ensureDirectory(path, 0o700)])
    expect(modeOf(path)).toBe(0o700)
  })
})

describe('a durable removal', () => {
  it('says whether there was anything to remove', async () => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, '')
    expect([await removeFileDurably(path), await removeFileDurably(path)]).toEqual([true, false])
  })

  it('removes a link and not what it names', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    symlinkSync(join(folder, 'file'), join(folder, 'link'))
    await removeFileDurably(join(folder, 'link'))
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

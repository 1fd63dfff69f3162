import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  loadOwnerIds,
  publishFiles,
  recoverPublications,
  sameAsOnDisk,
} from '@easycerts/adapters/files'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { directoriesOf, generationOf } from '../../support/publish-generation.ts'

const isRoot = process.geteuid?.() === 0

const machine = (): string => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pki/ca'), { recursive: true })
  return folder
}

const contents = (folder: string): string[] =>
  generationOf(folder, '').files.map(({ path }) => readFileSync(path, 'utf8').trim())

const everyName = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()

const NEW = ['bundle new', 'key new', 'leaf new']
const OLD = ['bundle old', 'key old', 'leaf old']
const CLEAN = ['apiserver.crt', 'apiserver.key', 'ca', 'ca/client-ca.crt']

/** A committed set of which nothing is renamed yet: a file in the way of the first rename. */
const interrupt = async (folder: string): Promise<void> => {
  const bundle = join(folder, 'pki/ca/client-ca.crt')
  await publishFiles(generationOf(folder, 'new'))
  const journal = generationOf(folder, 'new').files.map(({ path }, index) => {
    const temp = join(path, '..', `.${path.split('/').at(-1)!}.easycerts-000000000000000${index}`)
    renameSync(path, temp)
    return { temp, path, sha256: '' }
  })
  writeFileSync(join(folder, 'journal/apiserver.json'), JSON.stringify(withDigests(journal)))
  writeFileSync(bundle, 'bundle old\n')
}

const withDigests = (journal: { temp: string; path: string }[]): object[] =>
  journal.map(({ temp, path }) => {
    const sha256 = execFileSync('sha256sum', [temp], { encoding: 'utf8' }).slice(0, 64)
    return { temp, path, sha256 }
  })

describe('publishing a set of files', () => {
  it('writes all of them, says which, and leaves no journal and no temporary file', async () => {
    const folder = machine()
    const { changed } = await publishFiles(generationOf(folder, 'new'))
    expect(changed).toEqual(generationOf(folder, '').files.map(({ path }) => path))
    expect(contents(folder)).toEqual(NEW)
    expect(everyName(join(folder, 'pki'))).toEqual(CLEAN)
    expect(readdirSync(join(folder, 'journal'))).toEqual([])
  })

  it('changes only what differs in bytes or mode, and nothing the second time', async () => {
    const folder = machine()
    const set = generationOf(folder, 'new')
    await publishFiles(set)
    const key = set.files[1]!.path
    const untouched = statSync(set.files[2]!.path).ino
    chmodSync(key, 0o644)
    expect(await publishFiles(set)).toEqual({ changed: [key] })
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(await publishFiles(set)).toEqual({ changed: [] })
    expect(statSync(set.files[2]!.path).ino).toBe(untouched)
  })

  it.runIf(isRoot)('gives back a file that changed hands', async () => {
    const folder = machine()
    const owned = { path: join(folder, 'pki/k'), content: 'k', mode: 0o600, owner: '4321' }
    const root = loadOwnerIds(folder, 0)
    const set = { set: 'k', files: [owned], journalDirectory: join(folder, 'journal'), ids: root }
    await publishFiles({ ...set, files: [{ ...owned, owner: 'root' }] })
    expect(sameAsOnDisk(owned, root)).toBe(false)
    expect(await publishFiles(set)).toEqual({ changed: [owned.path] })
    expect(statSync(owned.path).uid).toBe(4321)
  })

  it('changes nothing when one target is a symbolic link', async () => {
    const folder = machine()
    await publishFiles(generationOf(folder, 'old'))
    const leaf = join(folder, 'pki/apiserver.crt')
    renameSync(leaf, `${leaf}.real`)
    symlinkSync(`${leaf}.real`, leaf)
    const publication = publishFiles(generationOf(folder, 'new'))
    await expect(publication).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    expect(contents(folder)).toEqual(OLD)
    expect(everyName(join(folder, 'pki')).filter((name) => name.includes('easycerts-'))).toEqual([])
  })

  it('changes nothing when the journal cannot be written', async () => {
    const folder = machine()
    await publishFiles(generationOf(folder, 'old'))
    symlinkSync('/dev/null', join(folder, 'journal/apiserver.json'))
    await expect(publishFiles(generationOf(folder, 'new'))).rejects.toThrow('apiserver.json')
    expect(contents(folder)).toEqual(OLD)
    expect(everyName(join(folder, 'pki'))).toEqual(CLEAN)
  })

  it('refuses a set whose name leaves the directory of journals', async () => {
    const folder = machine()
    for (const set of ['../x', 'a/b', '', '.hidden'])
      await expect(publishFiles({ ...generationOf(folder, 'new'), set })).rejects.toMatchObject({
        code: 'ERR_NAME_INVALID',
      })
    expect(existsSync(join(folder, 'journal'))).toBe(false)
  })

  it('refuses a set that writes one path twice', async () => {
    const folder = machine()
    const set = generationOf(folder, 'new')
    const twice = { ...set, files: [...set.files, set.files[0]!] }
    await expect(publishFiles(twice)).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' })
  })

  it('first finishes what an earlier call had committed, and counts it as changed', async () => {
    const folder = machine()
    await interrupt(folder)
    const { changed } = await publishFiles(generationOf(folder, 'new'))
    expect(changed).toHaveLength(3)
    expect(contents(folder)).toEqual(NEW)
  })
})

describe('recovery at start', () => {
  it('finds nothing to do where nothing has ever been published', async () => {
    const folder = temporaryFolder()
    expect(await recoverPublications(join(folder, 'none'), [join(folder, 'nothing')])).toEqual({
      finished: [],
      broken: [],
      discarded: [],
    })
  })

  it('finishes a committed set, also one of which a part was renamed', async () => {
    const folder = machine()
    await interrupt(folder)
    const temp = join(folder, 'pki/ca/.client-ca.crt.easycerts-0000000000000000')
    renameSync(temp, join(folder, 'pki/ca/client-ca.crt'))
    const { finished, broken } = await recoverPublications(join(folder, 'journal'), [])
    expect(finished).toMatchObject([{ set: 'apiserver' }])
    expect(broken).toEqual([])
    expect(contents(folder)).toEqual(NEW)
    expect(readdirSync(join(folder, 'journal'))).toEqual([])
  })

  it('moves no file of a set when one of its files is not what was committed', async () => {
    const folder = machine()
    await interrupt(folder)
    writeFileSync(join(folder, 'pki/.apiserver.crt.easycerts-0000000000000002'), 'damaged')
    const recovery = await recoverPublications(join(folder, 'journal'), directoriesOf(folder))
    expect(recovery.broken).toEqual([join(folder, 'journal/apiserver.json.broken')])
    expect(recovery.discarded).toHaveLength(3)
    expect(readFileSync(join(folder, 'pki/ca/client-ca.crt'), 'utf8')).toBe('bundle old\n')
    expect(existsSync(join(folder, 'pki/apiserver.key'))).toBe(false)
  })

  it.each([
    ['is no JSON', '{"temp'],
    ['is empty', ''],
    ['is no list', '{}'],
    ['would rename a foreign file', '[{"temp":"/etc/passwd","path":"/etc/x","sha256":""}]'],
    [
      'leaves the directory',
      '[{"temp":"/a/.x.easycerts-0000000000000000","path":"/b/x","sha256":""}]',
    ],
  ])('puts a journal aside that %s', async (_, text) => {
    const folder = machine()
    mkdirSync(join(folder, 'journal'))
    writeFileSync(join(folder, 'journal/etcd.json'), text)
    const { broken } = await recoverPublications(join(folder, 'journal'), [])
    expect(broken).toEqual([join(folder, 'journal/etcd.json.broken')])
    expect(readdirSync(join(folder, 'journal'))).toEqual(['etcd.json.broken'])
  })

  it('deletes temporary files that no journal wants, and nothing else', async () => {
    const folder = machine()
    const stale = join(folder, 'pki/.a.key.easycerts-0123456789abcdef')
    writeFileSync(stale, 'half a key')
    for (const name of ['.a.key.easycerts-xyz', 'a.easycerts-0123456789abcdef', '.hidden'])
      writeFileSync(join(folder, 'pki', name), '')
    const { discarded } = await recoverPublications(join(folder, 'journal'), directoriesOf(folder))
    expect(discarded).toEqual([stale])
    expect(readdirSync(join(folder, 'pki'))).toHaveLength(4)
  })
})

describe.runIf(isRoot)('a file system that fails', () => {
  const mount = (options: readonly string[]): string => {
    const folder = temporaryFolder()
    execFileSync('mount', [...options, folder], { stdio: 'pipe' })
    onTestFinished(() => void execFileSync('umount', ['-l', folder]))
    return folder
  }

  const smallDisk = (): string => {
    const image = join(temporaryFolder(), 'disk.img')
    execFileSync('truncate', ['-s', '2M', image])
    execFileSync('mkfs.ext4', ['-q', image])
    const folder = mount(['-o', 'loop', image])
    mkdirSync(join(folder, 'pki/ca'), { recursive: true })
    return folder
  }

  it('leaves the old set whole when the disk is full', async () => {
    const folder = smallDisk()
    await publishFiles(generationOf(folder, 'old'))
    const set = generationOf(folder, 'new')
    const big = { path: join(folder, 'pki/big'), content: Buffer.alloc(3_000_000), mode: 0o600 }
    const publication = publishFiles({ ...set, files: [...set.files, big] })
    await expect(publication).rejects.toMatchObject({
      code: 'ERR_FILE_NOT_WRITABLE',
      message: `cannot write ${big.path}: ENOSPC`,
    })
    expect(contents(folder)).toEqual(OLD)
    expect(everyName(join(folder, 'pki'))).toEqual(CLEAN)
  })

  it('leaves the old set whole when the file system is read-only', async () => {
    const folder = smallDisk()
    await publishFiles(generationOf(folder, 'old'))
    execFileSync('mount', ['-o', 'remount,ro', folder])
    await expect(publishFiles(generationOf(folder, 'new'))).rejects.toThrow(/: EROFS$/)
    expect(contents(folder)).toEqual(OLD)
  })
})

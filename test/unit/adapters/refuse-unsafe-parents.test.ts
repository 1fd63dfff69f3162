import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { refuseUnsafeParents } from '@easycerts/adapters/files'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const uid = geteuid?.() ?? 0
const USER = 65_534
const judge = (root: string, path: string, directories: 'ours' | 'anybody' = 'anybody') =>
  refuseUnsafeParents(join(root, path), { root, uid, directories })

describe('the way to files', () => {
  it('may lead through what is missing, and through links of our own', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'run/lock'), { recursive: true })
    mkdirSync(join(root, 'var'))
    symlinkSync('../run', join(root, 'var/run'))
    symlinkSync(join(root, 'run'), join(root, 'absolute'))
    for (const path of ['var/run/lock', 'absolute/lock', 'absolute/new/deep', 'nothing/here'])
      await expect(judge(root, path)).resolves.toBeUndefined()
  })

  it('may lead through no directory that anybody may write, unless it is sticky', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'shared/own'), { recursive: true })
    chmodSync(join(root, 'shared'), 0o777)
    expect(await codeOfAsync(judge(root, 'shared/own'))).toBe('ERR_FILE_UNSAFE')
    expect(await codeOfAsync(judge(root, 'shared'))).toBe('ERR_FILE_UNSAFE')
    chmodSync(join(root, 'shared'), 0o1777)
    await expect(judge(root, 'shared/own', 'ours')).resolves.toBeUndefined()
  })

  it.skipIf(uid !== 0)(
    'may lead through directories of others, and no link of theirs',
    async () => {
      const root = temporaryFolder()
      mkdirSync(join(root, 'home/tls'), { recursive: true })
      chownSync(join(root, 'home'), USER, USER)
      await expect(judge(root, 'home/tls')).resolves.toBeUndefined()
      expect(await codeOfAsync(judge(root, 'home/tls', 'ours'))).toBe('ERR_FILE_UNSAFE')
      // Whoever has the directory has the link, whosever it says it is.
      symlinkSync('tls', join(root, 'home/link'))
      expect(await codeOfAsync(judge(root, 'home/link'))).toBe('ERR_FILE_UNSAFE')
      symlinkSync('home', join(root, 'theirs'))
      lchownSync(join(root, 'theirs'), USER, USER)
      expect(await codeOfAsync(judge(root, 'theirs'))).toBe('ERR_FILE_UNSAFE')
    },
  )

  it.skipIf(uid !== 0)(
    'may lead through what a group writes only if not all must be ours',
    async () => {
      const root = temporaryFolder()
      mkdirSync(join(root, 'shared'))
      chownSync(join(root, 'shared'), 0, USER)
      chmodSync(join(root, 'shared'), 0o775)
      await expect(judge(root, 'shared')).resolves.toBeUndefined()
      expect(await codeOfAsync(judge(root, 'shared', 'ours'))).toBe('ERR_FILE_UNSAFE')
    },
  )

  it.each([
    ['leads out of the root by a link', '../../..'],
    ['leads out of it by an absolute link', '/'],
    ['never ends', 'link'],
  ])('is refused if it %s', async (_, target) => {
    const root = temporaryFolder()
    symlinkSync(target, join(root, 'link'))
    expect(await codeOfAsync(judge(root, 'link/x'))).toBe('ERR_FILE_UNSAFE')
  })

  it('is refused if it is not below the root at all', async () => {
    expect(await codeOfAsync(judge(temporaryFolder(), '../elsewhere'))).toBe('ERR_FILE_UNSAFE')
  })
})

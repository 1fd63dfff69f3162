import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { refuseUnsafeParents } from '@easycerts/adapters/files'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const uid = geteuid?.() ?? 0
const judge = (root: string, path: string) =>
  refuseUnsafeParents(join(root, path), { root, uid, owners: [] })

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

  it('may end in a directory that the group of the files writes, and lead through none', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'shared/own'), { recursive: true })
    chmodSync(join(root, 'shared'), 0o777)
    expect(await codeOfAsync(judge(root, 'shared/own'))).toBe('ERR_FILE_UNSAFE')
    expect(await codeOfAsync(judge(root, 'shared'))).toBe('ERR_FILE_UNSAFE')
    // In a sticky directory one changes only what is one's own.
    chmodSync(join(root, 'shared'), 0o1777)
    await expect(judge(root, 'shared/own')).resolves.toBeUndefined()
  })

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

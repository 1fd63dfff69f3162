import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFilesDurably } from '@easycerts/adapters/files'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const file = (path: string, content = 'new') => ({ path, content, mode: 0o600 })

describe('createFilesDurably', () => {
  it('creates all files with their mode and leaves nothing else', async () => {
    const folder = temporaryFolder()
    await createFilesDurably([file(join(folder, 'a')), file(join(folder, 'b'))])
    expect(readdirSync(folder).toSorted()).toEqual(['a', 'b'])
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new')
    expect(statSync(join(folder, 'b')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'b')).nlink).toBe(1)
  })

  it('creates none if one of them is there, which stays as it is', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'b'), 'old')
    const paths = ['a', 'b', 'c'].map((name) => file(join(folder, name)))
    expect(await codeOfAsync(createFilesDurably(paths))).toBe('ERR_FILE_NOT_WRITABLE')
    expect(readdirSync(folder)).toEqual(['b'])
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('old')
  })

  it('follows no link that stands in the place of a file', async () => {
    const folder = temporaryFolder()
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'a'))
    await expect(createFilesDurably([file(join(folder, 'a'))])).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('creates none in a directory that is not there', async () => {
    const folder = temporaryFolder()
    const paths = [file(join(folder, 'a')), file(join(folder, 'none/b'))]
    expect(await codeOfAsync(createFilesDurably(paths))).toBe('ERR_FILE_NOT_WRITABLE')
    expect(readdirSync(folder)).toEqual([])
  })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSecretFile, readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const uid = process.geteuid?.() ?? 0
const isRoot = uid === 0

const secret = (mode: number): string => {
  const path = join(temporaryFolder(), 'secret')
  writeFileSync(path, 'secret\n')
  chmodSync(path, mode)
  return path
}

const unsafe = (path: string) => () => {
  expect(() => readSecretFile(path, uid)).toThrow(
    expect.objectContaining({ code: 'ERR_FILE_UNSAFE' }),
  )
}

describe('a secret file', () => {
  it.each([0o400, 0o600, 0o440, 0o640])('is read with mode %o', (mode) => {
    expect(readSecretFile(secret(mode), uid)).toBe('secret\n')
  })

  it.each([0o644, 0o604, 0o660, 0o620, 0o610, 0o601])('is refused with mode %o', (mode) => {
    expect(unsafe(secret(mode))).not.toThrow()
  })

  it('is refused when it is a link, a directory or a named pipe, without waiting', () => {
    const folder = temporaryFolder()
    symlinkSync(secret(0o600), join(folder, 'link'))
    mkdirSync(join(folder, 'directory'), { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    for (const name of ['link', 'directory', 'pipe'])
      expect(unsafe(join(folder, name))).not.toThrow()
  })

  it.runIf(isRoot)('is refused when it belongs to neither its owner nor root', () => {
    const path = secret(0o600)
    chownSync(path, 4321, 0)
    expect(unsafe(path)).not.toThrow()
    expect(readSecretFile(path, 4321)).toBe('secret\n')
    chownSync(path, 0, 0)
    expect(readSecretFile(path, 4321)).toBe('secret\n')
  })

  it('is read to 1 MiB and not beyond', () => {
    const path = secret(0o600)
    writeFileSync(path, Buffer.alloc(1_048_576, 'x'))
    expect(readSecretFile(path, uid)).toHaveLength(1_048_576)
    writeFileSync(path, Buffer.alloc(1_048_577, 'x'))
    expect(() => readSecretFile(path, uid)).toThrow(
      expect.objectContaining({ code: 'ERR_FILE_UNREADABLE' }),
    )
  })

  it('is unreadable, not unsafe, when it is not there', () => {
    const path = join(temporaryFolder(), 'absent')
    expect(() => readSecretFile(path, uid)).toThrow(`cannot read ${path}: ENOENT`)
  })
})

describe('a text file', () => {
  it('is read whole, also from /proc where files have no size', () => {
    expect(readTextFile('/proc/self/stat')).toMatch(/^\d+ \(/)
  })

  it('that never ends is refused', () => {
    expect(() => readTextFile('/dev/zero')).toThrow('larger than 1048576 bytes')
  })

  it('may be absent where that is asked for, but not unreadable', () => {
    const folder = temporaryFolder()
    expect(readTextFileIfAny(join(folder, 'absent'))).toBeUndefined()
    expect(() => readTextFileIfAny(folder)).toThrow(`cannot read ${folder}: EISDIR`)
    expect(() => readTextFile(join(folder, 'absent'))).toThrow(
      expect.objectContaining({ code: 'ERR_FILE_UNREADABLE' }),
    )
  })
})

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const BUNDLES = mkdtempSync(join(tmpdir(), 'easycerts-bundles-'))

beforeAll(() => {
  execFileSync(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'scripts/bundle.ts'), BUNDLES])
})

afterAll(() => {
  rmSync(BUNDLES, { recursive: true })
})

/** Runs the bundle alone in an empty folder, with an environment that leads to no other code. */
const runAlone = (program: string, flag: string) => {
  const folder = temporaryFolder()
  const file = join(folder, `${program}.mjs`)
  copyFileSync(join(BUNDLES, `${program}.mjs`), file)
  return spawnSync(process.execPath, [file, flag], { cwd: folder, env: {}, encoding: 'utf8' })
}

describe.each(['node-join', 'certmgr'])('the bundle of %s', (program) => {
  it('is an executable file that names its interpreter', () => {
    const file = join(BUNDLES, `${program}.mjs`)
    expect(statSync(file).mode & 0o777).toBe(0o755)
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it('shows its help with nothing but Node', () => {
    const { status, stdout, stderr } = runAlone(program, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`Usage: ${program}`)
  })

  it('shows its version with nothing but Node', () => {
    const { status, stdout, stderr } = runAlone(program, '--version')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/\b\d+\.\d+\.\d+\b/)
  })
})

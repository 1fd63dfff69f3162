import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unifiedDiff } from '@easycerts/units/unified-diff'
import { describeWith } from '../../support/needed-tool.ts'
import { seededRandom } from '../../support/random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('a unified diff', () => {
  it('is nothing where nothing differs', () => {
    expect(unifiedDiff('/etc/a', 'x\n', 'x\n')).toBe('')
    expect(unifiedDiff('/etc/a', undefined, undefined)).toBe('')
  })

  it('has the words and numbers of diff(1)', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', ''].join('\n')
    const after = before.replace('b\n', 'B\n').replace('k\n', '')
    expect(unifiedDiff('/etc/a', before, after)).toBe(
      [
        '--- a/etc/a',
        '+++ b/etc/a',
        ...['@@ -1,5 +1,5 @@', ' a', '-b', '+B', ' c', ' d', ' e'],
        ...['@@ -8,4 +8,3 @@', ' h', ' i', ' j', '-k', ''],
      ].join('\n'),
    )
  })

  it('says that a file comes or goes', () => {
    expect(unifiedDiff('/a', undefined, 'x\n')).toBe(
      '--- /dev/null\n+++ b/a\n@@ -0,0 +1,1 @@\n+x\n',
    )
    expect(unifiedDiff('/a', 'x\n', undefined)).toBe(
      '--- a/a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n',
    )
  })

  it('tells of a last line without its end', () => {
    expect(unifiedDiff('/a', 'x\n', 'x')).toContain('+x\n\\ No newline at end of file\n')
  })
})

const ROUNDS = 40

describeWith('patch', 'patch(1)', () => {
  it('makes the new text of the old one, whatever both are', () => {
    const random = seededRandom(6)
    const words = ['a', 'b', '', ' c', '-d', '+e', '@@ f', '\\ g', '--- h']
    const text = (): string => {
      const lines = Array.from(
        { length: Math.floor(random() * 30) },
        () => words[Math.floor(random() * words.length)],
      )
      return `${lines.join('\n')}${random() < 0.8 ? '\n' : ''}`
    }
    for (let round = 0; round < ROUNDS; round++) {
      const [before, after, folder] = [text(), text(), temporaryFolder()]
      const file = join(folder, 'file')
      writeFileSync(file, before)
      const input = unifiedDiff('/file', before, after)
      const { status, stdout } = spawnSync('patch', ['-p1', '-s', '-d', folder], { input })
      expect(status, `${stdout.toString()}${input}`).toBe(0)
      // patch removes what it leaves empty.
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(after)
    }
  })
})

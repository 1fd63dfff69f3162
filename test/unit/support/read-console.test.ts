import { describe, expect, it } from 'vitest'
import { isAsShown, readConsole } from '../../support/docs/read-console.ts'

const PAGE = `# A page

\`\`\`console
$ ca-server ticket create \\
>   --node worker-2
ec1.…
$ true
\`\`\`

\`\`\`text
$ not run
\`\`\`
`

describe('the commands of a page', () => {
  it('are those of its console blocks, with their lines and outputs', () => {
    expect(readConsole(PAGE)).toEqual([
      { line: 4, command: 'ca-server ticket create \\\n  --node worker-2', output: 'ec1.…' },
      { line: 7, command: 'true', output: undefined },
    ])
  })

  it('cannot begin with an output', () => {
    expect(() => readConsole('```console\nno command\n```\n')).toThrow('line 2')
  })

  it.each([
    ['exact', 'A  B\n1  2', 'A B\n1    2\n', true],
    ['a wildcard in a line', 'until … UTC', 'until 2026-11-21 UTC\n', true],
    ['a wildcard over lines', 'A\n…\nC', 'A\nB\nB\nC\n', true],
    ['another word', 'A B', 'A C\n', false],
    ['more than is shown', 'A', 'A\nB\n', false],
    ['signs that mean something in patterns', '(a.b)', '(axb)\n', false],
  ])('compares %s', (_what, shown, printed, expected) => {
    expect(isAsShown(shown, printed)).toBe(expected)
  })
})

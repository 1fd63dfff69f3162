import { describe, expect, it } from 'vitest'
import { LEGACY_LINT_RULES, LINT_RULES, WAIVED_RULES } from '@easycerts/shared/issuance'
import { WEAK_KEY_RULES } from '@easycerts/shared/key'
import { pathsBelow, readText } from './repository-files.ts'

/** The rows of every table of the page, cells without their padding. */
const rows = readText('docs/lint.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

const rowOf = ({ name, requires, source }: { name: string; requires: string; source: string }) => [
  `\`${name}\``,
  requires,
  source,
]

describe('docs/lint.md', () => {
  it('lists the rules for certificates, the waived ones, and those for keys, as they are in the code', () => {
    expect(rows).toEqual([
      ...LINT_RULES.map(rowOf),
      ...Object.entries(WAIVED_RULES['cfssl-compat']).map(([name, why]) => [`\`${name}\``, why]),
      ...LEGACY_LINT_RULES.map(rowOf),
      ...Object.values(WEAK_KEY_RULES).flat().map(rowOf),
    ])
  })
})

describe('the rules of lint', () => {
  it('are in one file each, which bears their name', () => {
    const files = pathsBelow('packages/shared/src/issuance/lint/rules')
    const names = files.map((path) => /([a-z0-9-]+)\.ts$/.exec(path)?.[1])
    const rules = [...LINT_RULES, ...LEGACY_LINT_RULES].map(({ name }) => name)
    expect(names.toSorted()).toEqual(rules.toSorted())
  })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readText, ROOT } from './repository-files.ts'

/** `[words of a title](../test/…)`: what the linked file must say. */
const LINK = /\[([^\]]+)\]\(\.\.\/(test\/[\w./-]+)\)/g

const proofsIn = (text: string) =>
  [...text.matchAll(LINK)].map(([, title = '', path = '']) => ({ title, path }))

const HEAD = /^\| (who|trouble|fault|:?-)/

const PAGES = [
  { path: 'docs/threat-model.md', fewest: 20 },
  { path: 'docs/certmgr-in-trouble.md', fewest: 15 },
  { path: 'docs/nixos-faults.md', fewest: 20 },
]

describe.each(PAGES)('$path', ({ path: file, fewest }) => {
  const page = readText(file)
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !HEAD.test(line))

  it('proves each line by a test', () => {
    expect(rows.length).toBeGreaterThan(fewest)
    expect(rows.filter((row) => proofsIn(row).length === 0)).toEqual([])
  })

  it('links to tests that are there, by words of their titles', () => {
    const proofs = proofsIn(page)
    const wrong = proofs.filter(
      ({ title, path }) => !existsSync(join(ROOT, path)) || !readText(path).includes(title),
    )
    expect(wrong).toEqual([])
  })
})

describe('docs/nixos-faults.md', () => {
  it('has a row for each of the twenty-one faults, in their order', () => {
    const rows = [...readText('docs/nixos-faults.md').matchAll(/^\| P(\d+) /gm)]
    expect(rows.map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    )
  })
})

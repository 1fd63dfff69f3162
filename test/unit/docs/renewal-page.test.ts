import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RETRY_WAITS } from '@easycerts/shared/renewal'
import { describeDuration } from '@easycerts/shared/time'

const page = readFileSync(new URL('../../../docs/renewal.md', import.meta.url), 'utf8')

describe('docs/renewal.md', () => {
  it('has the table of retries as it is in the code', () => {
    const rows = [...page.matchAll(/^\| (\d+)( and more)? +\| (\S[^|]*?) +\|/gm)]
    const inPage = rows.map(([, failures, , wait]) => [Number(failures), wait])
    expect(inPage).toEqual(
      RETRY_WAITS.map((wait, index) => [index + 1, describeDuration(wait).replace(/ 0s$/, '')]),
    )
    expect(rows.at(-1)?.[2]).toBe(' and more')
  })

  it('shows the simulated year', () => {
    const [, picture = ''] = /!\[[^\]]+\]\(([^)]+)\)/.exec(page) ?? []
    const svg = readFileSync(new URL(`../../../docs/${picture}`, import.meta.url), 'utf8')
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s)
  })
})

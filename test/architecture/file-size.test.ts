import { describe, expect, it } from 'vitest'
import { shippedSources } from './repository-files.ts'

const MAX_LINES = 250
const MAX_MEDIAN = 100

const sizes = shippedSources()
  .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
  .toSorted((a, b) => b.lines - a.lines)

const longerThan = (limit: number) =>
  sizes.filter(({ lines }) => lines > limit).map(({ path, lines }) => `${path}: ${lines} lines`)

describe('source files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    expect(longerThan(MAX_LINES)).toEqual([])
  })

  it(`have a median of at most ${MAX_MEDIAN} lines, so a longer one is an exception`, () => {
    const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0
    expect(median, longerThan(MAX_MEDIAN).join('\n')).toBeLessThanOrEqual(MAX_MEDIAN)
  })
})

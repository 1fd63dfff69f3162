import { describe, expect, it } from 'vitest'
import { importCircles } from './import-circles.ts'
import { shippedSources } from './repository-files.ts'

const file = (path: string, ...imports: string[]) => ({
  path,
  text: imports.map((specifier) => `import type { x } from '${specifier}'`).join('\n'),
})

describe('importCircles', () => {
  it('finds none in the source', () => {
    expect(importCircles(shippedSources())).toEqual([])
  })

  it('finds those of two and of three, and a file between them in neither', () => {
    const circles = importCircles([
      file('p/a.ts', './b.ts'),
      file('p/b.ts', './a.ts', './between.ts'),
      file('p/between.ts', './q/c.ts', 'node:fs'),
      file('p/q/c.ts', './d.ts'),
      file('p/q/d.ts', '../q/e.ts', '../../away.ts'),
      file('p/q/e.ts', './c.ts'),
    ])
    expect(circles).toEqual([
      ['p/q/c.ts', 'p/q/d.ts', 'p/q/e.ts'],
      ['p/a.ts', 'p/b.ts'],
    ])
  })
})

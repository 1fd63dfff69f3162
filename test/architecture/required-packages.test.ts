import { describe, expect, it } from 'vitest'
import { importsOf } from './imports-of.ts'
import { REQUIRED_PACKAGES } from './layers.ts'
import { shippedSources, testSources } from './repository-files.ts'

describe('a required package', () => {
  const shipped = new Set(shippedSources().flatMap(({ text }) => importsOf(text)))

  it.each(REQUIRED_PACKAGES)('is imported by shipped code: %s', (name) => {
    expect(shipped).toContain(name)
  })

  it('is imported by tests: vitest', () => {
    expect(testSources().flatMap(({ text }) => importsOf(text))).toContain('vitest')
  })
})

import { ERROR_CODES } from '@easycerts/shared/errors'
import { describe, expect, it } from 'vitest'
import { pathsBelow, readText } from './repository-files.ts'

describe('the catalogue of errors', () => {
  it('holds no code that no source uses', () => {
    const sources = [...pathsBelow('packages'), ...pathsBelow('apps')]
      .filter((path) => path.endsWith('.ts') && !path.endsWith('/error-code.ts'))
      .map(readText)
    const unused = Object.keys(ERROR_CODES).filter(
      (code) => !sources.some((source) => source.includes(`'${code}'`)),
    )
    expect(unused).toEqual([])
  })
})

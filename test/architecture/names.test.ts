import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathsBelow } from './repository-files.ts'

/** Names that say nothing, and so attract everything. */
const EMPTY_NAMES = /^(utils?|helpers?|common|managers?|misc)$/

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/

const isKebabCase = (path: string): boolean => {
  const name = basename(path, '.ts').replace(/\.(test|bench)$/, '')
  return [...dirname(path).split('/'), name].every((part) => KEBAB_CASE.test(part))
}

const saysNothing = (path: string): boolean =>
  path.split('/').some((part) => EMPTY_NAMES.test(part.replace(/\..*$/, '')))

const paths = ['packages', 'apps', 'test', 'scripts', 'bench'].flatMap(pathsBelow)

describe('names of files and folders', () => {
  it('are in kebab-case', () => {
    const sources = paths.filter((path) => path.endsWith('.ts'))
    expect(sources.filter((path) => !isKebabCase(path))).toEqual([])
  })

  it('say what is inside', () => {
    expect(paths.filter(saysNothing)).toEqual([])
  })

  it.each([
    'packages/shared/src/utils/a.ts',
    'apps/certmgr/src/manager.ts',
    'test/helpers.test.ts',
  ])('are refused: %s', (path) => {
    expect(saysNothing(path)).toBe(true)
  })

  it('may have a word of the field in them', () => {
    expect(saysNothing('packages/units/src/modern/kube-controller-manager.ts')).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { pathsBelow, readText } from './repository-files.ts'

// Put together here, so that this file does not find itself.
const MACHINE_PATH = new RegExp(
  String.raw`(?<![\w.$}~-])/(?:${['work', 'farm', 'root'].join('|')})/`,
)
const REGISTRY = new RegExp(
  [
    String.raw`registry\.(?:npm|yarn)`,
    String.raw`npm\.pkg\.`,
    String.raw`https?://[^/\s'"]*(?:npm|registry|artifactory|nexus|verdaccio)`,
    String.raw`^\s*registry\s*=`,
  ].join('|'),
  'm',
)

const isText = (text: string): boolean => !text.includes('\0')

const matching = (pattern: RegExp): string[] =>
  pathsBelow('.').filter((path) => {
    const text = readText(path)
    return isText(text) && pattern.test(text)
  })

describe('the repository', () => {
  it('names no path of the machine it was written on', () => {
    expect(matching(MACHINE_PATH)).toEqual([])
  })

  it('names no package registry', () => {
    expect(matching(REGISTRY)).toEqual([])
  })

  it('locks versions and hashes, not addresses', () => {
    const lock = readText('package-lock.json')
    expect(lock).toMatch(/"integrity": "sha512-/)
    expect(lock).not.toMatch(/"resolved": "(?:https?|git)/)
  })
})

describe('the patterns', () => {
  it.each(['work', 'farm', 'root'])('find a path below /%s', (name) => {
    expect(`see "/${name}/notes.md"`).toMatch(MACHINE_PATH)
    expect(`see doc/${name}/notes.md`).not.toMatch(MACHINE_PATH)
  })

  it.each(['npmjs.org', 'yarnpkg.com'])('find a registry at %s', (host) => {
    expect(['https:', '', `registry.${host}`, 'x'].join('/')).toMatch(REGISTRY)
  })

  it('let the registry of container images pass', () => {
    expect('sandbox = "registry.k8s.io/pause:3.10"').not.toMatch(REGISTRY)
  })
})

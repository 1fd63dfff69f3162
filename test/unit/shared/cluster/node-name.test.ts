import { describe, expect, it } from 'vitest'
import { parseHost, parseNodeName, parseRole } from '@easycerts/shared/cluster'
import { codeOf } from '../../../support/to-throw-code.ts'

const LONGEST = 52

describe('parseNodeName', () => {
  it.each([
    'worker-1',
    'a',
    '1a',
    'ip-10-0-0-1.eu-west-1.compute.internal',
    '10.0.0.1',
    'x'.repeat(LONGEST),
  ])('takes %s, which a serving certificate can carry too', (name) => {
    expect(parseNodeName(name)).toBe(name)
    expect(parseHost(name).value).toBe(name)
  })

  it('keeps the common name of a kubelet within its 64 characters', () => {
    expect(codeOf(() => parseNodeName('x'.repeat(LONGEST + 1)))).toBe('ERR_NAME_INVALID')
    expect(`system:node:${'x'.repeat(LONGEST)}`).toHaveLength(64)
  })

  it.each([
    ['nothing', ''],
    ['upper case', 'Worker-1'],
    ['an underscore', 'worker_1'],
    ['a dash in front', '-worker'],
    ['a dash at the end', 'worker-'],
    ['a trailing dot', 'worker.'],
    ['an empty label', 'worker..lab'],
    ['a space', 'worker 1'],
    ['a line end', 'worker\n'],
    ['a slash', '../worker'],
    ['a colon', 'system:node:worker'],
    ['a letter beyond ASCII', 'wörker'],
    ['a zero octet', 'worker\0'],
  ])('refuses a name with %s', (_, name) => {
    expect(codeOf(() => parseNodeName(name))).toBe('ERR_NAME_INVALID')
  })

  it.each(['123', 'node.7', '10.0.0', '010.0.0.1', '256.0.0.1', 'node.0x1f'])(
    'refuses %s, which no serving certificate could carry',
    (name) => {
      expect(codeOf(() => parseNodeName(name))).toBe('ERR_NAME_INVALID')
    },
  )
})

describe('parseRole', () => {
  it('knows workers and masters', () => {
    expect([parseRole('worker'), parseRole('master')]).toEqual(['worker', 'master'])
  })

  it.each(['', 'Worker', 'node', 'toString'])('refuses "%s"', (text) => {
    expect(codeOf(() => parseRole(text))).toBe('ERR_USAGE')
  })
})

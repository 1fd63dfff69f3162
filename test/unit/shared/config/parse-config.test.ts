import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { formatConfig, parseConfig } from '@easycerts/shared/config'
import { isEasycertsError } from '@easycerts/shared/errors'

const schema = v.strictObject({
  name: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(1, 'is not a port')),
  listen: v.optional(v.strictObject({ address: v.string() }), { address: '::1' }),
  hosts: v.optional(v.array(v.pipe(v.string(), v.regex(/^[a-z.]+$/, 'is not a host'))), []),
})
const parse = (text: string) => parseConfig('/etc/a.yaml', text, schema)

/** Every fault of a text, one to a line. */
const faultsOf = (text: string): string[] => {
  try {
    parse(text)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CONFIG_INVALID')
      return error.message.split('\n')
    throw error
  }
  return []
}
const placesOf = (text: string) =>
  faultsOf(text).map((fault) =>
    /^\/etc\/a\.yaml:(\d+:\d+): ([^:]+)/.exec(fault)?.slice(1).join(' '),
  )

describe('parseConfig', () => {
  it('reads YAML, and fills in what is left out', () => {
    expect(parse('name: a\nport: 1\n')).toEqual({
      name: 'a',
      port: 1,
      listen: { address: '::1' },
      hosts: [],
    })
  })

  it('reads JSON', () => {
    expect(parse('{"name": "a", "port": 2, "hosts": ["b.c"]}')).toMatchObject({ hosts: ['b.c'] })
  })

  it('reads an anchor that is used a few times', () => {
    expect(parse('name: &a x\nport: 1\nlisten: { address: *a }').listen.address).toBe('x')
  })

  it.each(['- ', '[', '{a: ', '? '])(
    'refuses a document that nests %s ten thousandfold',
    (level) => {
      expect(faultsOf(level.repeat(10_000))).not.toEqual([])
    },
  )

  it('names every fault at once, with its line and column', () => {
    const text = [
      'name: 7',
      'listen:',
      '  address: a',
      '  port: 80',
      '  tls: true',
      'hosts:',
      '  - fine',
      '  - "NOT"',
      'colour: red',
      'size: 3',
    ].join('\n')
    expect(placesOf(text)).toEqual([
      '1:1 name',
      '1:1 port',
      '4:3 listen.port',
      '5:3 listen.tls',
      '8:5 hosts.1',
      '9:1 colour',
      '10:1 size',
    ])
  })

  it('says what is wrong with each', () => {
    expect(faultsOf('port: 0\ncolour: red\n')).toEqual([
      '/etc/a.yaml:1:1: name: is missing',
      '/etc/a.yaml:1:1: port: is not a port',
      '/etc/a.yaml:2:1: colour: unknown key',
    ])
  })

  it.each([
    ['a key twice', 'name: a\nport: 1\nname: b\n', '3:1'],
    ['a key twice in JSON', '{"name": "a",\n "port": 1,\n "name": "b"}', '3:2'],
    ['a list that is not closed', 'name: a\nport: 1\nhosts: [a', '3:10'],
    ['a tab as indentation', 'name: a\nlisten:\n\taddress: b\n', '3:1'],
    ['an alias of nothing', 'name: *nobody\nport: 1\n', '1:7'],
    ['two documents', 'name: a\nport: 1\n---\nname: b\n', '3:1'],
  ])('names the place of %s', (_, text, place) => {
    const [first] = faultsOf(text)
    expect(first).toContain(`/etc/a.yaml:${place}: `)
  })

  it.each([
    ['nothing', ''],
    ['a comment', '# nothing here\n'],
    ['a text', 'name'],
    ['a list', '- name: a\n'],
  ])('names a document that is only %s', (_, text) => {
    expect(faultsOf(text)[0]).toMatch(/^\/etc\/a\.yaml:\d+:\d+: /)
  })

  it.each([
    ['toString', 'name: a\nport: 1\ntoString: 1\n'],
    ['__proto__', 'name: a\nport: 1\n__proto__: { admin: true }\n'],
    ['constructor', 'name: a\nport: 1\nconstructor: 1\n'],
  ])('takes %s for an unknown key', (key, text) => {
    expect(faultsOf(text)).toEqual([`/etc/a.yaml:3:1: ${key}: unknown key`])
  })

  it('refuses a tag that nobody here knows, rather than to guess', () => {
    expect(placesOf('name: !secret a\nport: 1\n')).toHaveLength(1)
  })

  it('refuses aliases that multiply', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const previous = level === 0 ? '"lol"' : `*l${level - 1}`
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => previous).join(', ')}]`
    })
    const started = process.cpuUsage()
    expect(faultsOf(`name: a\nport: 1\n${levels.join('\n')}\n`).length).toBeGreaterThan(0)
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000)
  })

  it('never quotes a value, which may be a secret', () => {
    expect(faultsOf('name: a\nport: hunter2\npassphrase: hunter2\n').join()).not.toContain(
      'hunter2',
    )
  })
})

describe('formatConfig', () => {
  it('writes what parseConfig reads back, under a comment', () => {
    const value = { name: 'yes', port: 7443, listen: { address: '::' }, hosts: ['a.b'] }
    const text = formatConfig('written by node-join', value)
    expect(text.split('\n')[0]).toBe('# written by node-join')
    expect(parse(text)).toEqual(value)
  })
})

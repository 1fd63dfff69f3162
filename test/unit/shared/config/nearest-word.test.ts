import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { nearestWord, parseConfig } from '@easycerts/shared/config'
import { specSchema } from '@easycerts/shared/certificate-spec'
import { isEasycertsError } from '@easycerts/shared/errors'

const KEYS = ['name', 'profile', 'certificate', 'checkInterval', 'ca']

describe('the nearest of the known words', () => {
  it.each([
    ['a letter too few', 'nme', 'name'],
    ['a letter too many', 'profille', 'profile'],
    ['two letters swapped', 'naem', 'name'],
    ['another letter', 'certifikate', 'certificate'],
    ['two slips in a long word', 'sertifikate', 'certificate'],
    ['another case', 'Profile', 'profile'],
    ['another separator', 'check_interval', 'checkInterval'],
  ])('is found in spite of %s', (_, written, meant) => {
    expect(nearestWord(written, KEYS)).toBe(meant)
  })

  it.each([
    ['two slips in a short word', 'nm'],
    ['three slips', 'sertivikate'],
    ['a slip in two letters', 'cb'],
    ['nothing', ''],
    ['another word', 'colour'],
  ])('is none after %s', (_, written) => {
    expect(nearestWord(written, KEYS)).toBeUndefined()
  })

  it('is not looked for where the text is far too long', () => {
    const known = ['a'.repeat(100_000)]
    const started = process.cpuUsage()
    expect(nearestWord('a'.repeat(99_999), known)).toBeUndefined()
    expect(process.cpuUsage(started).user).toBeLessThan(100_000)
  })
})

const faultsOf = (text: string, schema: v.GenericSchema = specSchema): string[] => {
  try {
    parseConfig('a.yaml', text, schema)
  } catch (error) {
    if (isEasycertsError(error)) return error.message.split('\n')
    throw error
  }
  return []
}

const trustBundle = (more: string): string =>
  `kind: TrustBundle\nname: a\npurpose: client-ca\nfile:\n  path: /a\n${more}`

describe('an unknown key of a file', () => {
  it('comes with the key that was meant', () => {
    expect(faultsOf(trustBundle('  onwer: root\nactoins: {}\n'))).toEqual([
      'a.yaml:6:3: file.onwer: unknown key, did you mean "owner"?',
      'a.yaml:7:1: actoins: unknown key, did you mean "actions"?',
    ])
  })

  it('is compared with the keys of its own kind of spec alone', () => {
    expect(faultsOf(trustBundle('gruop: x\nprofil: y\n'))).toEqual([
      'a.yaml:6:1: gruop: unknown key',
      'a.yaml:7:1: profil: unknown key',
    ])
  })

  it('does not stand for a key that is there already', () => {
    expect(faultsOf(trustBundle('nam: b\n'))).toEqual(['a.yaml:6:1: nam: unknown key'])
  })

  it('comes with a key of the list, the map or the choice that it stands in', () => {
    const row = v.strictObject({ address: v.string() })
    const schema = v.strictObject({
      rows: v.optional(v.array(row)),
      byName: v.optional(
        v.record(
          v.string(),
          v.pipe(
            row,
            v.check(() => true),
          ),
        ),
      ),
    })
    const text = 'rows:\n  - adress: a\nbyName:\n  one: { adres: b }\n'
    expect(faultsOf(text, schema).filter((fault) => fault.includes('mean'))).toEqual([
      'a.yaml:2:5: rows.0.adress: unknown key, did you mean "address"?',
      'a.yaml:4:10: byName.one.adres: unknown key, did you mean "address"?',
    ])
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'called %s is as unknown as any',
    (key) => {
      expect(faultsOf(trustBundle(`${key}: 1\n`))).toEqual([`a.yaml:6:1: ${key}: unknown key`])
    },
  )
})

describe('a file in the dialect of an older reader', () => {
  const schema = v.strictObject({ CN: v.string(), size: v.optional(v.number(), 7) })
  const keys = new Map([
    ['cn', 'CN'],
    ['size', 'size'],
  ])
  const dialect = { keyOf: (written: string) => keys.get(written.toLowerCase()) ?? written }
  const parse = (text: string) => parseConfig('a.json', text, schema, dialect)
  const faults = (text: string): string => {
    try {
      parse(text)
    } catch (error) {
      return isEasycertsError(error) ? error.message : String(error)
    }
    return ''
  }

  it('has its keys in any case', () => {
    expect(parse('{"cn": "a", "Size": 3}')).toEqual({ CN: 'a', size: 3 })
  })

  it('leaves out what is null or empty', () => {
    expect(parse('{"CN": "a", "size": null}')).toEqual({ CN: 'a', size: 7 })
    expect(faults('{"CN": ""}')).toBe('a.json:1:1: CN: is missing')
  })

  it('has no key twice, in whichever case', () => {
    expect(faults('{"CN": "a",\n "cn": "b"}')).toBe('a.json:2:2: CN: is written twice')
  })

  it('tells faults where the key stands, and what was meant', () => {
    expect(faults('{"cn": "a",\n "SIZE": "b"}')).toMatch(/^a\.json:2:2: size: /)
    expect(faults('{"cn": "a", "sizze": 1}')).toContain('did you mean "size"?')
  })

  it('may be indented with tabs, as JSON often is', () => {
    expect(parse('{\n\t"cn": "a",\n\t"size": 3\n}\n')).toEqual({ CN: 'a', size: 3 })
  })
})

import {
  certifiedHosts,
  classifyLegacyHost,
  formatLegacyRemote,
  type LegacyHost,
  parseGoDuration,
  parseLegacyMode,
  parseLegacyRemote,
  parseLegacySpec,
} from '@easycerts/shared/legacy-certmgr'
import { isEasycertsError } from '@easycerts/shared/errors'
import { nearestWord } from '@easycerts/shared/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { legacyConfig, WEB } from '../support/legacy-certmgr/sample-specs.ts'

const config = legacyConfig()
const parse = (spec: unknown) => parseLegacySpec('a.json', JSON.stringify(spec), config)

describe('a duration of Go', () => {
  it('is what its hours, minutes and seconds add up to', () => {
    const part = fc.nat(10_000)
    fc.assert(
      fc.property(part, part, part, (h, m, s) => {
        expect(parseGoDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1000)
      }),
    )
  })

  it('is never negative, endless or no number, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+]?([0-9]{0,20}\.?[0-9]{0,20}(ns|us|ms|s|m|h|d)){0,5}$/),
    )
    fc.assert(
      fc.property(text, (written) => {
        try {
          expect(Number.isFinite(parseGoDuration(written))).toBe(true)
          expect(parseGoDuration(written)).toBeGreaterThanOrEqual(0)
        } catch (error) {
          if (!isEasycertsError(error)) throw error
        }
      }),
    )
  })
})

describe('a mode', () => {
  it('comes back as it is written with its leading 0', () => {
    fc.assert(
      fc.property(fc.nat(0o777), (bits) => {
        const mode = `0${bits.toString(8).padStart(3, '0')}`
        expect(parseLegacyMode(mode)).toEqual({ mode })
      }),
    )
  })

  it('is never more than the bits of 0777, and never another without a word', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat(99_999).map(String)), (written) => {
        const read = parseLegacyMode(written)
        if ('fault' in read) return
        expect(read.mode).toMatch(/^0[0-7]{3}$/)
        if (!written.startsWith('0')) expect(read.warning).toBeDefined()
      }),
    )
  })
})

describe('hosts', () => {
  const host = fc
    .oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.emailAddress(), fc.webUrl())
    .map(classifyLegacyHost)
    .filter((each): each is LegacyHost => each !== undefined)

  it('are the same set in any order (B4, B5)', () => {
    const shuffled = fc
      .array(host)
      .chain((hosts) =>
        fc.tuple(
          fc.constant(hosts),
          fc.shuffledSubarray(hosts, { minLength: hosts.length, maxLength: hosts.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(certifiedHosts(one)).toEqual(certifiedHosts(other))
        expect(certifiedHosts(certifiedHosts(one))).toEqual(certifiedHosts(one))
      }),
    )
  })
})

describe('a remote', () => {
  it('is the same after it was written out', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.domain(),
        fc.integer({ min: 1, max: 65_535 }),
        (any, name, port) => {
          for (const text of [any, `${name}:${port}`, `https://${name}:${port}/`]) {
            const remote = parseLegacyRemote(text)
            if (remote) expect(parseLegacyRemote(formatLegacyRemote(remote))).toEqual(remote)
          }
          expect(parseLegacyRemote(`${name}:${port}`)).toBeDefined()
        },
      ),
    )
  })
})

describe('a subject', () => {
  it('is the same whatever the order of its values (B6)', () => {
    const value = fc.stringMatching(/^[a-z:]{1,8}$/)
    const names = fc.array(fc.record({ O: value, OU: value }, { requiredKeys: [] }))
    fc.assert(
      fc.property(names, (list) => {
        const subjectOf = (each: object[]) =>
          parse({ ...WEB, request: { CN: 'a', names: each } }).request.subject
        expect(subjectOf(list)).toEqual(subjectOf(list.toReversed()))
      }),
      { numRuns: 50 },
    )
  })
})

describe('any value for a spec', () => {
  it('is read, or refused with the place of each fault and without a word of the key', () => {
    const secret = 'hunter2hunter2'
    const anything = fc.anything({ maxDepth: 2 }).map((value) => {
      try {
        return (JSON.parse(JSON.stringify([value])) as unknown[])[0]
      } catch {
        return null
      }
    })
    const field = fc.constantFrom(...Object.keys(WEB), 'key_usages', 'before', 'svcmgr', 'nme')
    fc.assert(
      fc.property(fc.dictionary(field, anything), (changes) => {
        const authority = { ...WEB.authority, auth_key: secret }
        try {
          parse({ ...WEB, ...changes, authority })
          expect.unreachable('the key is not hexadecimal')
        } catch (error) {
          if (!isEasycertsError(error)) throw error
          expect(error.code).toBe('ERR_CONFIG_INVALID')
          for (const line of error.message.split('\n')) expect(line).toMatch(/^a\.json:\d+:\d+: /)
          expect(error.message).not.toContain(secret)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the nearest word', () => {
  it('is the word itself, and nothing but one of those that are known', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{3,12}$/), { minLength: 1 })
    fc.assert(
      fc.property(words, fc.string(), (known, written) => {
        expect(nearestWord(known[0]!, known)).toBe(known[0])
        const found = nearestWord(written, known)
        if (found !== undefined) expect(known).toContain(found)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNodeName } from '@easycerts/shared/cluster'
import { isNamePattern, parseNamePattern } from '@easycerts/shared/ticket'

const SEED = 20261121

const isAccepted = (parse: () => unknown): boolean => {
  try {
    parse()
    return true
  } catch {
    return false
  }
}
const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const range = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 500 }))

describe('a pattern with a range of numbers', () => {
  it('matches as many names as it says, each a node name of its own', () => {
    fc.assert(
      fc.property(label, range, fc.boolean(), (prefix, [first, count], isPadded) => {
        const last = first + count
        const width = isPadded ? String(last).length + 1 : 0
        const spell = (number: number) => String(number).padStart(width, '0')
        const { size, matches } = parseNamePattern(`${prefix}{${spell(first)}..${spell(last)}}`)
        const names = Array.from({ length: count + 1 }, (_, index) => prefix + spell(first + index))
        expect(new Set(names).size).toBe(size)
        for (const name of names) expect(matches(name)).toBe(true)
        expect(matches(prefix + spell(last + 1))).toBe(false)
        if (first > 0) expect(matches(prefix + spell(first - 1))).toBe(false)
        expect(matches(`${prefix}0${spell(first)}`)).toBe(false)
      }),
      { seed: SEED },
    )
  })
})

describe('any pattern and any name', () => {
  it('match only where both ends agree and what is between is one short word', () => {
    const names = fc.stringMatching(/^[a-z0-9.-]{1,30}$/)
    fc.assert(
      fc.property(label, fc.stringMatching(/^(\.[a-z]{1,5})?$/), names, (prefix, suffix, name) => {
        const { matches } = parseNamePattern(`${prefix}*${suffix}`)
        const middle = name.slice(prefix.length, name.length - suffix.length)
        const isSame = `${prefix}${middle}${suffix}` === name && /^[a-z0-9]{1,20}$/.test(middle)
        expect(matches(name)).toBe(isSame)
      }),
      { seed: SEED },
    )
  })

  it('no text is both a node name and a pattern', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[a-z0-9.*{}-]{1,12}$/)),
        (text) => {
          const isName = isAccepted(() => parseNodeName(text))
          const isPattern = isAccepted(() => parseNamePattern(text))
          expect(isName && isPattern).toBe(false)
          if (isPattern) expect(isNamePattern(text)).toBe(true)
          if (isName) expect(isNamePattern(text)).toBe(false)
        },
      ),
      { seed: SEED },
    )
  })
})

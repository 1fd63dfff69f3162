import { describe, expect, it } from 'vitest'
import { isNamePattern, parseNamePattern } from '@easycerts/shared/ticket'
import { codeOf } from '../../../support/to-throw-code.ts'

describe('a pattern of node names', () => {
  it.each([
    ['worker-*', ['worker-1', 'worker-a', 'worker-01', 'worker-20abc'], Infinity],
    ['worker-*.lab.example', ['worker-7.lab.example'], Infinity],
    ['worker-{01..40}', ['worker-01', 'worker-09', 'worker-40'], 40],
    ['worker-{1..40}', ['worker-1', 'worker-40'], 40],
    ['w{08..12}x', ['w08x', 'w12x'], 5],
    ['rack{10..10}', ['rack10'], 1],
  ])('%s matches %j', (text, names, size) => {
    const pattern = parseNamePattern(text)
    expect(pattern).toMatchObject({ text, size })
    for (const name of names) expect(pattern.matches(name), name).toBe(true)
  })

  it.each([
    ['worker-*', ['worker-', 'worker', 'worker-gpu-1', 'worker-1.evil', 'xworker-1', 'Worker-1']],
    ['worker-*', ['worker-A', 'worker-1 ', `worker-${'a'.repeat(21)}`, 'worker-*', 'worker-é']],
    ['worker-*.lab', ['worker-1', 'worker-1.lab.evil', 'worker-.lab', 'worker-1xlab']],
    ['worker-{01..40}', ['worker-0', 'worker-00', 'worker-41', 'worker-1', 'worker-001']],
    [
      'worker-{1..40}',
      ['worker-01', 'worker-0', 'worker-4e0', 'worker- 4', 'worker-4.0', 'worker-+4'],
    ],
    ['aa{1..9}aa', ['aa1a', 'aaa', 'aa11aa']],
  ])('%s does not match %j', (text, names) => {
    const { matches } = parseNamePattern(text)
    for (const name of names) expect(matches(name), name).toBe(false)
  })

  it.each([
    ['every name', '*'],
    ['no letters before the gap', '*-worker'],
    ['no letters before the range', '{1..9}'],
    ['two gaps', 'worker-*-*'],
    ['a gap and a range', 'worker-*-{1..3}'],
    ['no gap', 'worker-1'],
    ['a range that counts down', 'worker-{9..1}'],
    ['numbers of two widths', 'worker-{01..100}'],
    ['numbers with a sign', 'worker-{-1..5}'],
    ['a range of letters', 'worker-{a..z}'],
    ['more than ten thousand names', 'worker-{1..10001}'],
    ['upper case', 'Worker-*'],
    ['names that are too long', `${'a'.repeat(52)}*`],
    ['names that end in a hyphen', 'worker-*-'],
    ['names that look like addresses', '10.{0..9}'],
    ['an empty label', 'worker..*'],
    ['a brace that is open', 'worker-{1..9'],
    ['nothing', ''],
  ])('is none with %s', (_title, text) => {
    expect(codeOf(() => parseNamePattern(text))).toBe('ERR_NAME_INVALID')
  })

  it('is told from every name by its characters', () => {
    for (const text of ['worker-*', 'worker-{1..3}', '}']) expect(isNamePattern(text)).toBe(true)
    for (const text of ['worker-1', 'a.b-c.d', '']) expect(isNamePattern(text)).toBe(false)
  })
})

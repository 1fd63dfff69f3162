import { type Host, parseHost } from '@easycerts/shared/cluster'
import { applyHostChange, changeOfHosts, settle } from '@easycerts/shared/node-report'
import { describe, expect, it } from 'vitest'

const hosts = (...texts: readonly string[]): Host[] => texts.map(parseHost)
const values = (list: readonly Host[]): string[] => list.map(({ value }) => value)

const change = (
  recorded: readonly string[],
  reported: readonly string[],
  settled?: readonly string[],
) => {
  const { added, gone } = changeOfHosts({
    recorded: hosts(...recorded),
    settled,
    reported: hosts(...reported),
  })
  return { added: values(added), gone: values(gone) }
}

describe('what a report asks for', () => {
  it('is nothing when the machine first shows an address on record, whatever else it bears', () => {
    expect(change(['10.0.0.11'], ['192.168.1.5', '10.0.0.11', 'w1.lan'])).toEqual({
      added: [],
      gone: [],
    })
  })

  it('is what the machine bears when none of the addresses on record is there, and nothing goes', () => {
    expect(change(['203.0.113.9'], ['10.0.0.11'])).toEqual({ added: ['10.0.0.11'], gone: [] })
    expect(change([], ['10.0.0.11', 'fd00::11'])).toEqual({
      added: ['10.0.0.11', 'fd00::11'],
      gone: [],
    })
  })

  it('is a new address in the place of one that was there before', () => {
    const settled = settle({ settled: undefined, reported: hosts('10.0.0.11', '192.168.1.5') })
    expect(change(['10.0.0.11'], ['10.0.0.12', '192.168.1.5'], settled)).toEqual({
      added: ['10.0.0.12'],
      gone: ['10.0.0.11'],
    })
  })

  it('never takes away an address that was never seen on the machine', () => {
    const settled = settle({ settled: undefined, reported: hosts('10.0.0.11') })
    expect(change(['10.0.0.11', '203.0.113.9'], ['10.0.0.11'], settled)).toEqual({
      added: [],
      gone: [],
    })
  })

  it('is a name that the machine did not have at first', () => {
    const settled = settle({ settled: undefined, reported: hosts('10.0.0.11', 'w1.lan') })
    expect(change(['10.0.0.11'], ['10.0.0.11', 'w1.example.com'], settled)).toEqual({
      added: ['w1.example.com'],
      gone: [],
    })
  })
})

describe('what is settled', () => {
  it('is asked about again if it goes and comes after an approval, and not after a rejection', () => {
    const before = settle({ settled: undefined, reported: hosts('10.0.0.11') })
    const approved = settle({ settled: before, reported: hosts('10.0.0.12') }, hosts('10.0.0.11'))
    expect(change(['10.0.0.12'], ['10.0.0.11'], approved)).toEqual({
      added: ['10.0.0.11'],
      gone: ['10.0.0.12'],
    })
    expect(change(['10.0.0.11'], ['10.0.0.12'], approved)).toEqual({ added: [], gone: [] })
  })

  it('is bounded, and forgets the oldest', () => {
    let settled: string[] = []
    for (let last = 0; last < 200; last++)
      settled = settle({ settled, reported: hosts(`10.0.1.${last}`) })
    expect(settled).toHaveLength(128)
    expect(settled.at(-1)).toBe('10.0.1.199')
  })
})

describe('the record after a change', () => {
  it('has the new address where the old one stood, for the first is the one that programs use', () => {
    const after = applyHostChange(hosts('10.0.0.11', 'w1.example.com', 'fd00::11'), {
      added: hosts('10.0.0.12'),
      gone: hosts('10.0.0.11'),
    })
    expect(values(after)).toEqual(['10.0.0.12', 'w1.example.com', 'fd00::11'])
  })

  it('ends with what is only added, and holds nothing twice', () => {
    const recorded = hosts('10.0.0.11', 'w1.example.com')
    const added = hosts('10.0.0.12', '10.0.0.11')
    expect(values(applyHostChange(recorded, { added, gone: [] }))).toEqual([
      'w1.example.com',
      '10.0.0.12',
      '10.0.0.11',
    ])
  })
})

import { type Host, isInCidr, sameHost } from '@easycerts/shared/cluster'
import {
  applyHostChange,
  changeOfHosts,
  decideChange,
  type HostSituation,
  nodeReportSchema,
  settle,
} from '@easycerts/shared/node-report'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { sampleReport } from '../support/sample-report.ts'

const address = fc
  .integer({ min: 1, max: 12 })
  .map((last): Host => ({ kind: 'ip', value: `10.0.0.${last}` }))
const name = fc
  .integer({ min: 1, max: 4 })
  .map((index): Host => ({ kind: 'dns', value: `w${index}.example.com` }))
const hosts = (max: number) =>
  fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: address }, name), {
    maxLength: max,
    selector: ({ value }) => value,
  })

const situation: fc.Arbitrary<HostSituation> = fc.record({
  recorded: hosts(5),
  settled: fc.option(
    hosts(8).map((all) => all.map(({ value }) => value)),
    { nil: undefined },
  ),
  reported: hosts(5),
})

const has = (all: readonly Host[], host: Host): boolean => all.some((each) => sameHost(each, host))

describe('the change that any report asks for', () => {
  it('adds only what the machine bears, and takes away only what it bore once and bears no more', () => {
    fc.assert(
      fc.property(situation, (each) => {
        const { recorded, reported, settled } = each
        const { added, gone } = changeOfHosts(each)
        expect(added.every((host) => has(reported, host) && !has(recorded, host))).toBe(true)
        expect(
          gone.every(
            (host) =>
              has(recorded, host) && !has(reported, host) && settled?.includes(host.value) === true,
          ),
        ).toBe(true)
      }),
    )
  })

  it('leaves a record with everything else that it had, and nothing twice', () => {
    fc.assert(
      fc.property(situation, (each) => {
        const change = changeOfHosts(each)
        const after = applyHostChange(each.recorded, change)
        const kept = each.recorded.filter((host) => !has(change.gone, host))
        expect(new Set(after.map(({ value }) => value))).toEqual(
          new Set([...kept, ...change.added].map(({ value }) => value)),
        )
        expect(after).toHaveLength(kept.length + change.added.length)
      }),
    )
  })

  it('is not asked again once it was decided, whichever way', () => {
    fc.assert(
      fc.property(situation, fc.boolean(), (each, isApproved) => {
        const { gone, added } = changeOfHosts(each)
        const recorded = isApproved
          ? applyHostChange(each.recorded, { added, gone })
          : each.recorded
        const settled = settle(each, gone)
        expect(changeOfHosts({ recorded, settled, reported: each.reported })).toEqual({
          added: [],
          gone: [],
        })
      }),
    )
  })
})

describe('policy', () => {
  const ranges = ['10.0.0.0/30', '10.0.0.8/30']

  it('makes no change by itself that adds a name or an address outside its networks', () => {
    const given = fc.record({
      role: fc.constantFrom('worker' as const, 'master' as const),
      change: fc.record({ added: hosts(4), gone: hosts(4) }),
      after: hosts(6),
      refused: fc.nat(2),
    })
    fc.assert(
      fc.property(given, (each) => {
        const decision = decideChange(
          { ...each, lastAllowedAt: undefined, now: new Date(0) },
          { addressChanges: 'allow', allowedNetworks: ranges },
        )
        if (decision.kind !== 'allow') return
        expect(each.role).toBe('worker')
        expect(each.refused).toBe(0)
        for (const { kind, value } of each.change.added)
          expect(kind === 'ip' && ranges.some((range) => isInCidr(value, range))).toBe(true)
      }),
    )
  })
})

describe('a report', () => {
  it('is refused for any field more, and for any value that a terminal would obey', () => {
    const report = sampleReport(['10.0.0.11'])
    const control = fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), control, (field, character) => {
        fc.pre(!(field in report))
        expect(v.is(nodeReportSchema, { ...report, [field]: 1 })).toBe(false)
        expect(v.is(nodeReportSchema, { ...report, easycerts: `1${character}0` })).toBe(false)
      }),
    )
    expect(v.is(nodeReportSchema, report)).toBe(true)
  })
})

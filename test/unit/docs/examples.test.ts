import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { METRICS as OF_CA_SERVER } from '../../../apps/ca-server/src/metrics/metric-table.ts'
import { METRICS as OF_CERTMGR } from '../../../apps/certmgr/src/metrics/metric-table.ts'

const examples = new URL('../../../examples/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, examples), 'utf8')
const known = new Set<string>([...Object.keys(OF_CA_SERVER), ...Object.keys(OF_CERTMGR)])
const named = (expression: string): string[] =>
  expression.match(/\b(?:easycerts|certmgr)_\w+/g) ?? []

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly action: string }
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets: readonly { readonly expr: string }[]
}

const { groups } = parse(read('prometheus/easycerts.rules.yaml')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}
const rules = groups.flatMap((group) => group.rules)
const { panels } = JSON.parse(read('grafana/certmgr.json')) as { readonly panels: readonly Panel[] }

describe('the alert rules', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s measures what exists',
    (_, rule) => {
      expect(named(rule.expr)).not.toEqual([])
      expect(named(rule.expr).filter((name) => !known.has(name))).toEqual([])
      expect(['warning', 'critical']).toContain(rule.labels.severity)
      expect(rule.annotations.action).not.toBe('')
    },
  )

  it('have a name each', () => {
    const names = rules.map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
  })

  it('name documents that exist', () => {
    const pages = rules.flatMap(
      ({ annotations }) => annotations.action.match(/docs\/[\w-]+\.md/g) ?? [],
    )
    const there = readdirSync(new URL('../docs/', examples)).map((name) => `docs/${name}`)
    expect(pages.filter((page) => !there.includes(page))).toEqual([])
  })
})

describe('the dashboard', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s measures what exists',
    (_, panel) => {
      const names = panel.targets.flatMap(({ expr }) => named(expr))
      expect(names).not.toEqual([])
      expect(names.filter((name) => !known.has(name))).toEqual([])
    },
  )

  it('has panels that do not overlap', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24)
  })
})

import { describe, expect, it } from 'vitest'
import { impuritiesOf } from './impurities-of.ts'
import { importsOf } from './imports-of.ts'
import { COMPOSITION_ROOT, PURE_FOLDERS } from './layers.ts'
import { shippedSources } from './repository-files.ts'

describe('the pure packages', () => {
  it('reach for no clock, dice, timer, console or process', () => {
    const pure = shippedSources().filter(({ path }) =>
      PURE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
    )
    const found = pure.flatMap(({ path, text }) =>
      impuritiesOf(text).map((name) => `${path}: ${name}`),
    )
    expect(found).toEqual([])
  })
})

describe('the process', () => {
  it('is touched by main.ts alone', () => {
    const others = shippedSources().filter(({ path }) => !COMPOSITION_ROOT.test(path))
    const global = others.filter(({ text }) => impuritiesOf(text).includes('process'))
    // An adapter takes signals and ids from node:process; an app is given what it needs.
    const imported = others.filter(
      ({ path, text }) => path.startsWith('apps/') && importsOf(text).includes('node:process'),
    )
    expect([...global, ...imported].map(({ path }) => path)).toEqual([])
  })
})

describe('impuritiesOf', () => {
  it.each([
    ['const now = Date.now()', 'Date.now'],
    ['const now = new Date()', 'new Date()'],
    ['const now = new Date', 'new Date()'],
    ['const now = Date()', 'Date()'],
    ['const dice = Math.random()', 'Math.random'],
    ['const { random } = [Math.random]', 'Math.random'],
    ['process.exit(1)', 'process'],
    ['const { env } = process', 'process'],
    ['const world = { process: process }', 'process'],
    ['setTimeout(() => 1, 5)', 'setTimeout'],
    ['setInterval(tick, 5)', 'setInterval'],
    ['const later = setImmediate', 'setImmediate'],
    ['console.log("x")', 'console'],
    ['const { log } = console', 'console'],
    ['const a = `${fetch("x")}`', 'fetch'],
    ['globalThis.process.exit()', 'globalThis'],
    ['const t = performance.now()', 'performance'],
    ["import { randomBytes } from 'node:crypto'", 'randomBytes'],
    ["import { randomUUID as id } from 'node:crypto'", 'randomUUID'],
  ])('finds the violation in %s', (text, name) => {
    expect(impuritiesOf(text)).toContain(name)
  })

  it.each([
    'const at = new Date(0)',
    'const at = new Date(text)',
    'const at = clock()',
    '// the process calls Date.now()',
    'const text = "process.exit and Math.random()"',
    'const unit = { KillMode: "process" }',
    'interface A { readonly process: string }',
    'const name = a.process',
  ])('finds nothing in %s', (text) => {
    expect(impuritiesOf(text)).toEqual([])
  })
})

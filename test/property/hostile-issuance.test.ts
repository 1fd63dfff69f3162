import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const REQUESTS = process.env['SOAK'] === 'full' ? 200_000 : 900
const SEED = process.env['SEED'] ?? '20261121'
const MAX_MINUTES = 60
/** Of CPU, for one request of any kind: the largest is 60 KB. */
const MAX_MICROSECONDS = 500_000
/** Far less than one octet kept of each request would be, and more than a collector leaves lying. */
const MAX_GROWTH = 4 * 2 ** 20

const CHILD = fileURLToPath(new URL('../support/hostile-issuance-child.ts', import.meta.url))

interface Report {
  readonly outcomes: Readonly<Record<string, number>>
  readonly violations: readonly string[]
  readonly slowest: number
  readonly growth: number
}

let report: Report
beforeAll(() => {
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [
      ...['--expose-gc', '--import', 'tsx', '--conditions=source'],
      ...[CHILD, String(REQUESTS), SEED],
    ],
    { encoding: 'utf8', timeout: MAX_MINUTES * 60_000 },
  )
  if (stdout === '') throw new Error(`the child ended by ${signal ?? 'itself'}: ${stderr}`)
  report = JSON.parse(stdout) as Report
}, MAX_MINUTES * 60_000)

describe(`${REQUESTS} hostile requests of every kind, key and profile (seed ${SEED})`, () => {
  it('are issued without a violation of any rule, or refused with a code', () => {
    expect(report.violations).toEqual([])
    const total = Object.values(report.outcomes).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(REQUESTS)
  })

  it('reach every gate: form, algorithm, key, proof, subject, names and extensions', () => {
    expect(Object.keys(report.outcomes)).toEqual(
      expect.arrayContaining([
        'issued',
        'ERR_CSR_MALFORMED',
        'ERR_CSR_ALGORITHM_REJECTED',
        'ERR_CSR_KEY_REJECTED',
        'ERR_CSR_SIGNATURE_INVALID',
        'ERR_SUBJECT_NOT_PERMITTED',
        'ERR_SAN_NOT_PERMITTED',
        'ERR_EXTENSION_NOT_PERMITTED',
      ]),
    )
  })

  it('take a bounded time each', () => {
    expect(report.slowest).toBeLessThan(MAX_MICROSECONDS)
  })

  it('leave no memory behind', () => {
    expect(report.growth).toBeLessThan(MAX_GROWTH)
  })
})

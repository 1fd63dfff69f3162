import { expect, vi } from 'vitest'

/** A full run has hours. */
const LONGEST = process.env['SOAK'] === 'full' ? 14_400_000 : 0

/** How long one test may take, in milliseconds, by its kind: the folder under test/. */
const LIMITS: Readonly<Record<string, number>> = {
  architecture: 60_000,
  property: 60_000,
  golden: 30_000,
  fuzz: 60_000,
  integration: 60_000,
  conformance: 60_000,
  attacks: 60_000,
  e2e: 180_000,
  crash: 600_000,
}

const [, kind = ''] = /\/test\/([^/]+)\//.exec(expect.getState().testPath ?? '') ?? []
const limit = LIMITS[kind] ?? 10_000

vi.setConfig({ testTimeout: Math.max(limit, LONGEST), hookTimeout: limit })

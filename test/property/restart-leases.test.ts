import { describe, expect, it } from 'vitest'
import { simulateRestarts } from '../support/restarts/simulate-restarts.ts'

const RUNS = process.env['SOAK'] === 'full' ? 500 : 12
const SEEDS = Array.from({ length: RUNS }, (_, index) => index + 1)
const ROUNDS = 10

const GUARDED = ['etcd', 'kube-apiserver'] as const

describe('restarts that all members want at once, with lost answers and crashes', () => {
  it.each(SEEDS)('are made one at a time while the CA is there (seed %i)', (seed) => {
    const wish = { seed, rounds: ROUNDS, components: GUARDED, limit: 1, brokenShare: 0.1 }
    const seen = simulateRestarts({ ...wish, nodes: 3 + (seed % 5), awayShare: 0 })
    expect(seen).toMatchObject({ mostAtOnce: 1, left: 0 })
    expect([...seen.rights.keys()]).toEqual(['lease'])
  })

  it.each(SEEDS)('are made one at a time through outages of the CA too (seed %i)', (seed) => {
    const wish = { seed, rounds: ROUNDS, components: GUARDED, limit: 1, brokenShare: 0.1 }
    const seen = simulateRestarts({ ...wish, nodes: 3 + (seed % 5), awayShare: 0.7 })
    expect(seen).toMatchObject({ mostAtOnce: 1, left: 0 })
    expect(seen.rights.get('members')).toBeGreaterThan(0)
    expect(seen.rights.get('emergency')).toBeUndefined()
  })

  it.each(SEEDS)('are made by as many as policy says, and never more (seed %i)', (seed) => {
    const limit = 1 + (seed % 4)
    const wish = { seed, rounds: 2, components: ['kubelet'], limit, brokenShare: 0 }
    const seen = simulateRestarts({ ...wish, nodes: 40, awayShare: 0 })
    expect(seen).toMatchObject({ mostAtOnce: limit, left: 0 })
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import {
  JOIN_EXPORTER,
  PLAN_EXPORTER,
  signJoinStatement,
  signPlanStatement,
  ticketPublicKey,
  verifyJoinStatement,
  verifyPlanStatement,
} from '@easycerts/shared/ticket'

const seed = new Secret(randomBytes(32))
const publicKey = ticketPublicKey(seed)
const exporter = randomBytes(32)
const statement = { ticketId: 'abcdefghjkmn', exporter }
const signature = signPlanStatement(seed, statement)

describe('the proof of a plan', () => {
  it('verifies for its ticket on its connection', () => {
    expect(verifyPlanStatement(publicKey, statement, signature)).toBe(true)
  })

  it.each([
    ['another connection', { ...statement, exporter: randomBytes(32) }],
    ['another ticket', { ...statement, ticketId: 'nmkjhgfedcba' }],
  ])('is worth nothing for %s', (_, other) => {
    expect(verifyPlanStatement(publicKey, other, signature)).toBe(false)
  })

  it('is worth nothing as a join, nor a join’s as a plan, even with one exporter for both', () => {
    for (const request of [Buffer.alloc(0), exporter, randomBytes(300)]) {
      const join = { ...statement, request }
      expect(verifyJoinStatement(publicKey, join, signature)).toBe(false)
      expect(verifyPlanStatement(publicKey, statement, signJoinStatement(seed, join))).toBe(false)
    }
  })

  it('takes another value from the connection than a join does', () => {
    expect(PLAN_EXPORTER.label).not.toBe(JOIN_EXPORTER.label)
  })
})

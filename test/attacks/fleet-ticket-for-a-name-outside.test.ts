import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a ticket for worker-{01..40} in the hands of a machine that wants another name', () => {
  it.each([
    ['a number beyond the range', 'worker-41', 'ERR_NODE_NAME_MISMATCH'],
    ['another width', 'worker-1', 'ERR_NODE_NAME_MISMATCH'],
    ['more digits', 'worker-001', 'ERR_NODE_NAME_MISMATCH'],
    ['a master’s name', 'master-1', 'ERR_NODE_NAME_MISMATCH'],
    ['the pattern itself', 'worker-{01..40}', 'ERR_NAME_INVALID'],
    ['a suffix', 'worker-01-evil', 'ERR_NODE_NAME_MISMATCH'],
    ['a domain below', 'worker-01.evil', 'ERR_NODE_NAME_MISMATCH'],
    ['a prefix', 'x-worker-01', 'ERR_NODE_NAME_MISMATCH'],
    ['upper case', 'Worker-01', 'ERR_NAME_INVALID'],
    ['a full-width digit', 'worker-0１', 'ERR_NAME_INVALID'],
    ['a NUL', 'worker-01\u0000', 'ERR_NAME_INVALID'],
    ['a new line', 'worker-01\n', 'ERR_NAME_INVALID'],
    ['system:node:', 'system:node:worker-01', 'ERR_NAME_INVALID'],
  ])('gives no identity for %s', async (_title, name, code) => {
    const ticket = await takeTicket(ca, 'worker-{01..40}')
    for (const said of [{ node: name }, { hostname: name }])
      expect((await attemptJoin(ca, ticket, said)).code).toBe(code)
    // What is said for certain counts, not what would match.
    const both = { node: name, hostname: 'worker-07' }
    expect((await attemptJoin(ca, ticket, both)).code).toBe(code)
    expect((await attemptJoin(ca, ticket)).code).toBe('ERR_NODE_NAME_MISMATCH')
    expect(ca.rows('SELECT * FROM ticket_uses')).toEqual([])
    expect(ca.rows('SELECT * FROM identities')).toEqual([])
  })
})

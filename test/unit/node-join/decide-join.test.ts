import { describe, expect, it } from 'vitest'
import { decideJoin } from '../../../apps/node-join/src/plan/decide-join.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const current = { pin: 'k1', node: 'worker-1' }
const joined = { current, joinedBy: 'first' }

describe('decideJoin', () => {
  it('asks on a machine that has nothing', () => {
    expect(decideJoin({}, 'first', false)).toEqual({ kind: 'ask' })
  })

  it('goes on without the ticket that gave the identity', () => {
    expect(decideJoin(joined, 'first', false)).toEqual({ kind: 'continue' })
    expect(decideJoin(joined, 'first', true)).toEqual({ kind: 'continue' })
  })

  it('goes on after a kill between taking the identity into use and noting its ticket', () => {
    const joining = { ticketId: 'first', keyPin: 'k1' }
    expect(decideJoin({ current, joining }, 'first', false)).toEqual({ kind: 'continue' })
    const rejoining = { current, joinedBy: 'zeroth', joining }
    expect(decideJoin(rejoining, 'first', false)).toEqual({ kind: 'continue' })
    expect(codeOf(() => decideJoin(rejoining, 'zeroth', false))).toBe('ERR_NODE_EXISTS')
  })

  it('asks again with the key of a run that was cut short', () => {
    const joining = { ticketId: 'first', keyPin: 'k2' }
    const pending = { pin: 'k2', hasCertificate: false }
    expect(decideJoin({ pending, joining }, 'first', false)).toEqual({ kind: 'ask-again' })
    expect(decideJoin({ pending, joining }, 'second', false)).toEqual({ kind: 'ask' })
    expect(decideJoin({ pending }, 'first', false)).toEqual({ kind: 'ask' })
  })

  it('takes into use what arrived before a run was cut short', () => {
    const joining = { ticketId: 'second', keyPin: 'k2' }
    const pending = { pin: 'k2', hasCertificate: true }
    expect(decideJoin({ pending, joining }, 'second', false)).toEqual({ kind: 'promote' })
    expect(decideJoin({ ...joined, pending, joining }, 'second', true)).toEqual({ kind: 'promote' })
  })

  it('asks anew for a pending certificate that another ticket got', () => {
    const joining = { ticketId: 'first', keyPin: 'k2' }
    const pending = { pin: 'k2', hasCertificate: true }
    expect(decideJoin({ pending, joining }, 'second', false)).toEqual({ kind: 'ask' })
  })

  it('refuses another ticket on a node that has joined, unless it is to rejoin', () => {
    expect(codeOf(() => decideJoin(joined, 'second', false))).toBe('ERR_NODE_EXISTS')
    expect(decideJoin(joined, 'second', true)).toEqual({ kind: 'ask' })
  })
})

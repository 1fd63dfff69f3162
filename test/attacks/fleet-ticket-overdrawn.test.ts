import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, takeTicket } from '../support/joiner.ts'
import { generateSigningKey } from '@easycerts/shared/key'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const USES = 6

describe('more machines at once than a fleet’s ticket has uses', () => {
  it('join as many as it has, each name and key once, and the operator hears of the others', async () => {
    const ticket = await takeTicket(ca, 'worker-*', { uses: USES })
    const names = Array.from({ length: 2 * USES }, (_, index) => `worker-${index}`)
    const keys = await Promise.all(names.map(() => generateSigningKey('ecdsa-p256')))
    const answers = await Promise.all(
      names.map((node, index) => attemptJoin(ca, ticket, { node }, keys[index])),
    )
    const joined = names.filter((_, index) => answers[index]?.code === undefined)
    expect(joined).toHaveLength(USES)
    const refused = answers.flatMap(({ code }) => code ?? [])
    expect(new Set(refused)).toEqual(new Set(['ERR_TICKET_SPENT']))
    expect(ca.rows('SELECT count(*) AS uses FROM ticket_uses')).toEqual([{ uses: USES }])
    expect(entriesOf(ca, 'ticket-contested')).toHaveLength(1)
    expect(await ticketState(ca, ticket.id)).toBe('bound')

    // Those that are in get the same answer again, and their confirmations spend the ticket.
    for (const [index, answer] of answers.entries()) {
      if (answer.code !== undefined) continue
      const [node, key] = [names[index] ?? '', keys[index]]
      const again = await attemptJoin(ca, ticket, { node }, key)
      expect(again.body['certificate']).toBe(answer.body['certificate'])
      if (!key) continue
      const identity = { key, certificate: String(answer.body['certificate']) }
      await callAs(ca, identity, 'POST', '/v1/identity/confirm', {})
    }
    expect(await ticketState(ca, ticket.id)).toBe('spent')
  })

  it('and one machine that wants the name of another at the same moment: one of them has it', async () => {
    const ticket = await takeTicket(ca, 'twin-*', { uses: USES })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => attemptJoin(ca, ticket, { node: 'twin-1' })),
    )
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1)
  })

  it('and one key that wants several names at the same moment: it has one of them', async () => {
    const ticket = await takeTicket(ca, 'many-*', { uses: USES })
    const key = await generateSigningKey('ecdsa-p256')
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => attemptJoin(ca, ticket, { node: `many-${n}` }, key)),
    )
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1)
  })
})

import { env } from 'node:process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { minutes } from '@easycerts/shared/time'
import { buildCertificateRequest, type Certificate } from '@easycerts/shared/x509'
import { quarantineNode, renewIdentity } from '../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinBy, requesterOf, takeTicketOf } from '../support/in-process-nodes.ts'
import { OPERATOR } from '../support/requesters.ts'
import { openTestAuthority, type TestAuthority } from '../support/test-authority.ts'

const RUNS = env['SOAK'] === 'full' ? 300 : 6
const NODE = 'worker-1'

/** What a holder of the identity has on its disk, and does with it as certmgr does. */
class Holder {
  current: Certificate
  /** Made durable before it is asked for; kept until the switch. */
  pendingKey: ExportableKey | undefined
  pending: Certificate | undefined
  isConfirmed = true
  readonly #ca: TestAuthority

  constructor(ca: TestAuthority, current: Certificate) {
    this.#ca = ca
    this.current = current
  }

  /** A copy of the disk as it is now. */
  copy(): Holder {
    const copied = new Holder(this.#ca, this.current)
    Object.assign(copied, this, { current: this.current })
    return copied
  }

  async ask(isReplyLost: boolean): Promise<void> {
    if (!this.isConfirmed) return
    this.pendingKey ??= await generateSigningKey('ecdsa-p256')
    const csr = buildCertificateRequest(this.pendingKey)
    const requester = await requesterOf(this.#ca, this.current)
    const answer = await renewIdentity(this.#ca.authority, this.#ca.mutex, requester, csr)
    if (!isReplyLost) this.pending = answer
  }

  /** Durable on the disk; the old key is gone. */
  promote(): void {
    if (!this.pending) return
    this.current = this.pending
    this.isConfirmed = false
    this.pending = undefined
    this.pendingKey = undefined
  }

  async confirm(isReplyLost: boolean): Promise<void> {
    if (this.isConfirmed) return
    await confirmAs(this.#ca, this.current)
    if (!isReplyLost) this.isConfirmed = true
  }

  async look(): Promise<void> {
    await requesterOf(this.#ca, this.current)
  }
}

const STEPS = ['ask', 'ask-lost', 'promote', 'confirm', 'confirm-lost', 'look'] as const

type Step =
  | { readonly kind: 'act'; readonly who: 'node' | 'thief'; readonly step: (typeof STEPS)[number] }
  | { readonly kind: 'steal' }
  | { readonly kind: 'quarantine' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly minutes: number }

type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>

const act = (who: 'node' | 'thief') =>
  fc.constantFrom(...STEPS).map((step): Step => ({ kind: 'act', who, step }))
const wait = fc
  .integer({ min: 1, max: 30 })
  .map((count): Step => ({ kind: 'wait', minutes: count }))
const restart = fc.constant<Step>({ kind: 'restart' })
const steal = fc.constant<Step>({ kind: 'steal' })
const quarantine = fc.constant<Step>({ kind: 'quarantine' })

/** One after another; then everybody shows what it holds, with time between. */
const play = async (steps: readonly Step[]) => {
  const ca = await openTestAuthority()
  const alarms: string[] = []
  const listen = (): void =>
    ca.authority.events.listen({ identityAlarmed: ({ kind }) => alarms.push(kind) })
  listen()
  try {
    const key = await generateSigningKey('ecdsa-p256')
    const first = await joinBy(ca, await takeTicketOf(ca, NODE), key)
    await confirmAs(ca, first)
    const node = new Holder(ca, first)
    let thief: Holder | undefined
    const refusals: { readonly who: string; readonly code: string }[] = []
    const turns = {
      wait: (step: StepOf<'wait'>) => {
        ca.clock.advance(minutes(step.minutes))
        return Promise.resolve()
      },
      steal: () => {
        thief ??= node.copy()
        return Promise.resolve()
      },
      restart: async () => {
        await ca.reopen()
        listen()
      },
      quarantine: () =>
        quarantineNode(ca.authority, { operator: OPERATOR, node: NODE, reason: 'test' }),
      act: async ({ who, step }: StepOf<'act'>) => {
        const holder = who === 'node' ? node : thief
        const code = holder && (await refusalOf(holder, step))
        if (code !== undefined) refusals.push({ who, code })
      },
    }
    for (const step of steps) {
      await turns[step.kind](step as never)
      await requireOneCurrent(ca)
    }
    const state = await ca.authority.store.read((reading) => reading.findNode(NODE))
    // Whoever is still in doubt has had time to show what it holds.
    const settle = async (holder: Holder): Promise<string | undefined> => {
      const asked = await refusalOf(holder, 'confirm')
      return asked ?? refusalOf(holder, 'look')
    }
    const isParted = thief !== undefined && thief.current.fingerprint !== node.current.fingerprint
    let final: { node: string | undefined; thief: string | undefined } | undefined
    // The first may confirm, the second shows who lost its place, the third finds it frozen.
    for (let round = 0; round < 3; round++) {
      ca.clock.advance(minutes(11))
      final = { node: await settle(node), thief: thief && (await settle(thief)) }
    }
    return { alarms, refusals, state: state?.state, final, isParted, isStolen: thief !== undefined }
  } finally {
    await ca.dispose()
  }
}

const refusalOf = async (
  holder: Holder,
  step: (typeof STEPS)[number],
): Promise<string | undefined> => {
  try {
    if (step === 'promote') holder.promote()
    else if (step === 'look') await holder.look()
    else if (step.startsWith('ask')) await holder.ask(step === 'ask-lost')
    else await holder.confirm(step === 'confirm-lost')
    return undefined
  } catch (error) {
    if (isEasycertsError(error)) return error.code
    throw error
  }
}

/** At most one identity of the node is the current one, and at most one renewal of it pending. */
const requireOneCurrent = async (ca: TestAuthority): Promise<void> => {
  const rows = await ca.authority.store.read((reading) => reading.listIdentitiesOfNode(NODE, 1000))
  const of = (state: string) => rows.filter((row) => row.state === state).length
  expect(of('current')).toBeLessThanOrEqual(1)
  expect(of('pending')).toBeLessThanOrEqual(1)
}

describe('the life of an identity', () => {
  it('refuses an honest node nothing, and alarms nobody, in whatever order things go wrong', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 8, arbitrary: act('node') }, wait, restart), { maxLength: 24 }),
        async (steps) => {
          const { alarms, refusals, state, final } = await play(steps)
          expect({ alarms, refusals, state, final }).toEqual({
            alarms: [],
            refusals: [],
            state: 'joined',
            final: { node: undefined, thief: undefined },
          })
        },
      ),
      { numRuns: RUNS },
    )
  }, 600_000)

  it('freezes the node and its thief once their ways have parted, and neither before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(act('node'), act('node'), act('thief'), wait), { maxLength: 10 }),
        fc.array(fc.oneof(act('node'), act('thief'), act('thief'), wait), { maxLength: 20 }),
        async (before, after) => {
          const { alarms, final, isParted } = await play([...before, { kind: 'steal' }, ...after])
          const code = isParted ? 'ERR_IDENTITY_FORKED' : undefined
          expect({ alarms, final }).toEqual({
            alarms: isParted ? ['forked'] : [],
            final: { node: code, thief: code },
          })
        },
      ),
      { numRuns: RUNS },
    )
  }, 600_000)

  it('notices a thief who has taken the place of the node, or whom the node has left behind', async () => {
    const takeover: readonly (typeof STEPS)[number][] = ['ask', 'promote', 'confirm']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('node' as const, 'thief' as const), async (who) => {
        const steps = takeover.map((step): Step => ({ kind: 'act', who, step }))
        const { final, isParted } = await play([{ kind: 'steal' }, ...steps])
        expect(isParted).toBe(true)
        expect(final).toEqual({ node: 'ERR_IDENTITY_FORKED', thief: 'ERR_IDENTITY_FORKED' })
      }),
      { numRuns: 4 },
    )
  }, 600_000)

  it('gives nobody anything after a quarantine, whatever is on its way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(act('node'), act('thief'), steal, wait), { maxLength: 12 }),
        fc.array(fc.oneof(act('node'), act('thief'), wait, restart, quarantine), { maxLength: 8 }),
        async (before, after) => {
          const { final, isStolen } = await play([...before, { kind: 'quarantine' }, ...after])
          expect(final?.node).toBe('ERR_NODE_QUARANTINED')
          if (isStolen) expect(final?.thief).toBe('ERR_NODE_QUARANTINED')
        },
      ),
      { numRuns: RUNS },
    )
  }, 600_000)
})

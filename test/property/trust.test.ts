import fc from 'fast-check'
import { generateSigningKey } from '@easycerts/shared/key'
import { addDuration, days } from '@easycerts/shared/time'
import {
  formatTrustDocument,
  nextTrust,
  parseSignedTrust,
  parseTrustDocument,
  recallTrust,
  signTrust,
  type TrustContent,
  type TrustDocument,
  type TrustVersion,
  walkTrust,
} from '@easycerts/shared/trust'
import { describe, expect, it } from 'vitest'
import { forgeCa } from '../support/join/forge-certificate.ts'
import { firstDocument } from '../support/trust/test-trust.ts'

const RUNS = process.env['SOAK'] === 'full' ? 2000 : 60
const START = new Date('2030-01-01T00:00:00.000Z')
const key = await generateSigningKey('ed25519')
const { cluster, epoch, endpoints, trustKeys, logKeys, purposes } = firstDocument(
  key,
  await forgeCa('enrolment'),
)
const first: TrustContent = { cluster, epoch, endpoints, trustKeys, logKeys, purposes }

const event = fc.oneof(
  fc.record({ kind: fc.constant('moved' as const), to: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('told' as const), node: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('waited' as const), days: fc.integer({ min: 0, max: 100 }) }),
  // How many of the newest versions the backup lacks.
  fc.record({ kind: fc.constant('restored' as const), lost: fc.integer({ min: 0, max: 3 }) }),
)
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never

interface History {
  /** What the CA has now. */
  readonly versions: readonly TrustVersion[]
  /** What some node may have seen, in the order of publication. */
  readonly seen: readonly TrustVersion[]
  readonly content: TrustContent
  readonly now: Date
}

const signed = (document: TrustDocument): TrustVersion => {
  const octets = formatTrustDocument(document)
  return parseSignedTrust({
    document: octets.toString('base64url'),
    signatures: signTrust(octets, [key]),
    certifications: [],
  })
}

const publish = (history: History): History => {
  const next = nextTrust(history.versions.at(-1)?.document, history.content, history.now)
  if (!next) return history
  const version = signed(next)
  return {
    ...history,
    versions: [...history.versions, version],
    seen: [...history.seen, version],
  }
}

const withKey = (content: TrustContent, node: number): TrustContent => {
  const others = content.purposes['service-account'].filter(({ id }) => id !== `master-${node}`)
  const entry = { id: `master-${node}`, publicKey: 'pem', state: 'distributed' as const }
  return { ...content, purposes: { ...content.purposes, 'service-account': [...others, entry] } }
}

const change = (history: History, what: Event): History => {
  const { content, now, versions } = history
  if (what.kind === 'moved') {
    const join = [`https://ca-${what.to}:7443`]
    return { ...history, content: { ...content, endpoints: { ...content.endpoints, join } } }
  }
  if (what.kind === 'told') return { ...history, content: withKey(content, what.node) }
  if (what.kind === 'waited') return { ...history, now: addDuration(now, days(what.days)) }
  const restored = Math.max(content.epoch + 1, Math.floor(now.getTime() / 1000))
  const kept = versions.slice(0, versions.length - what.lost)
  return { ...history, versions: kept, content: { ...content, epoch: restored } }
}

const historyOf = (events: readonly Event[]): History =>
  events.reduce(
    (history, each) => {
      // Time goes by: no two restores in one second.
      const changed = change({ ...history, now: addDuration(history.now, 2000) }, each)
      return publish(changed)
    },
    publish({ versions: [], seen: [], content: first, now: START }),
  )

/** Where a node ends that asks for all behind the version that it knows; or why it does not. */
const follow = (known: TrustVersion, served: readonly TrustVersion[]): string => {
  const start = recallTrust(known)
  if (start.kind !== 'accepted') return start.kind
  let { trust } = start
  for (const next of served.filter(({ document }) => document.version > known.document.version)) {
    const step = walkTrust(trust, next)
    if (step.kind !== 'accepted') return JSON.stringify(step)
    trust = step.trust
  }
  return `version ${trust.document.version}`
}

describe('the history of trust documents', () => {
  it('leads every node to the newest, whatever it knew and whatever was lost', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const { versions, seen } = historyOf(events)
        const newest = versions.at(-1)?.document.version
        for (const known of seen) expect(follow(known, versions)).toBe(`version ${newest}`)
      }),
      { numRuns: RUNS },
    )
  })

  it('has no version that says what the one before says, but to renew it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const { versions } = historyOf(events)
        versions.slice(1).forEach(({ document }, index) => {
          const before = versions[index]?.document
          if (!before) throw new Error('nothing before')
          const { version, issuedAt, expiresAt } = document
          const renewed = { ...before, version, issuedAt, expiresAt }
          if (!formatTrustDocument(renewed).equals(formatTrustDocument(document))) return
          const age = new Date(issuedAt).getTime() - new Date(before.issuedAt).getTime()
          expect(age).toBeGreaterThanOrEqual(days(90))
        })
      }),
      { numRuns: RUNS },
    )
  })

  it('keeps unknown fields, whatever they hold, as long as anybody asks', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => /^[a-z]+$/.test(text))
    const scalar = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null))
    // A restore may take it back to what was before.
    const onward = event.filter(({ kind }) => kind !== 'restored')
    const unknown = fc.dictionary(
      name.map((text) => `x-${text}`),
      fc.oneof(
        scalar,
        fc.array(scalar, { maxLength: 3 }),
        fc.dictionary(name, scalar, { noNullPrototype: true }),
      ),
      { maxKeys: 3, noNullPrototype: true },
    )
    fc.assert(
      fc.property(unknown, unknown, fc.array(onward, { maxLength: 5 }), (top, purpose, events) => {
        const document = nextTrust(undefined, first, START)
        if (!document) throw new Error('no first document')
        const later = {
          ...document,
          ...top,
          purposes: { ...document.purposes, ...purpose },
        }
        const start = { versions: [signed(later)], seen: [], content: first, now: START }
        const { versions } = events.reduce<History>(
          (each, what) => publish(change(each, what)),
          start,
        )
        const last = versions.at(-1)
        if (!last) return
        const read = parseTrustDocument(last.octets)
        expect(read).toMatchObject(top)
        expect(read.purposes).toMatchObject(purpose)
      }),
      { numRuns: RUNS },
    )
  })
})

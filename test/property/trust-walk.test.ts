import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { followTrust, openTrustStore, type TrustPage } from '@easycerts/adapters/trust-store'
import { isEasycertsError } from '@easycerts/shared/errors'
import { generateSigningKey } from '@easycerts/shared/key'
import { markOf, type SignedTrust, type TrustMark } from '@easycerts/shared/trust'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Forged, forgeCa } from '../support/join/forge-certificate.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import {
  createTestTrust,
  documentOf,
  type TestTrust,
  type TrustChange,
  trustKeyEntry,
} from '../support/trust/test-trust.ts'

const RUNS = process.env['SOAK'] === 'full' ? 2_000 : 60

let enrolment: Forged
let trust: TestTrust
/** Everything that any server may ever show, honest or not. */
let shown: unknown[]
let forged: ReadonlySet<string>
/** What honest servers, restored ones, and forks of them hold. */
let histories: SignedTrust[][]
beforeAll(async () => {
  enrolment = await forgeCa('enrolment', { until: new Date('2040-01-01') })
  trust = await createTestTrust(enrolment)
  for (let version = 2; version <= 5; version++) trust.publish()
  const other = (version: number, epoch = 1) =>
    trust.make({ version, epoch, expiresAt: '2031-01-01T00:00:00.000Z' })
  const thief = await generateSigningKey('ed25519')
  const forge = (change: TrustChange) =>
    trust.make({ expiresAt: '2032-01-01T00:00:00.000Z', ...change }, [thief])
  const forgeries = [
    forge({ version: 4 }),
    forge({ version: 6, trustKeys: [trustKeyEntry(thief)] }),
    forge({ version: 1_000, epoch: 90 }),
  ]
  forged = new Set(forgeries.map(({ document }) => document))
  const restored = [900, 901, 902].map((version) => other(version, 50))
  const again = [950, 951].map((version) => other(version, 60))
  histories = [
    trust.versions,
    [...trust.versions.slice(0, 2), other(3), other(4), other(5)],
    [...trust.versions.slice(0, 3), ...restored],
    [...trust.versions.slice(0, 2), ...again],
  ]
  shown = [
    ...[...trust.versions, other(3), other(4), other(6), ...restored, ...again],
    trust.make({ version: 6, cluster: { name: 'test', id: 'ff'.repeat(16) } }),
    ...[...forgeries, other(2, 60), { document: 'e30' }, 'nothing'],
  ]
})

type Move =
  /** A server that holds the first versions of a history. */
  | { readonly kind: 'server'; readonly history: number; readonly length: number }
  | { readonly kind: 'contact'; readonly picks: readonly number[]; readonly latest: number }
  /** What the node had in an earlier moment is put back. */
  | { readonly kind: 'put-back'; readonly moment: number }
  | { readonly kind: 'remove' | 'damage' }

const LATEST = [0, 1, 2, 3, 4, 5, 6, 900, 902, 951, 5_000]

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('contact' as const),
      picks: fc.array(fc.nat(40), { maxLength: 6 }),
      latest: fc.constantFrom(...LATEST),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('server' as const),
      history: fc.nat(3),
      length: fc.integer({ min: 1, max: 6 }),
    }),
  },
  // In their order, so that walks come far.
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(13), fc.integer({ min: 1, max: 5 })).map(([from, count]) => ({
      kind: 'contact' as const,
      picks: Array.from({ length: count }, (_, index) => from + index),
      latest: 0,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('put-back' as const), moment: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'damage' as const) }),
  },
)

const pageOf = (picks: readonly number[], latest: number): TrustPage => {
  const documents = picks.map((pick) => shown[pick % shown.length]) as SignedTrust[]
  return { documents, latest: latest === 0 ? newestOf(documents) : latest }
}

const newestOf = (documents: readonly SignedTrust[]): number =>
  Math.max(0, ...documents.map((signed) => versionOf(signed)))

const versionOf = (signed: SignedTrust): number => {
  try {
    return documentOf(signed).version
  } catch {
    return 0
  }
}

/** A node's disk, and what may be done to it. */
const newDisk = () => {
  const folder = temporaryFolder()
  const directory = join(folder, 'identity')
  mkdirSync(directory)
  const path = join(directory, 'trust.json')
  const store = openTrustStore({ directory, markDirectory: join(folder, 'state') })
  return { folder, path, store }
}

const serverOf = ({ history, length }: { history: number; length: number }) => {
  const held = (histories[history] ?? []).slice(0, length)
  return (after: number): TrustPage => ({
    documents: held.filter((signed) => versionOf(signed) > after),
    latest: newestOf(held),
  })
}

const contactOf = (made: Move): ((after: number) => TrustPage) | undefined => {
  if (made.kind === 'server') return serverOf(made)
  return made.kind === 'contact' ? () => pageOf(made.picks, made.latest) : undefined
}

const asNode = (
  store: ReturnType<typeof newDisk>['store'],
  contact: (after: number) => TrustPage,
) =>
  followTrust({
    store,
    ask: (after) => Promise.resolve(contact(after)),
    first: () => ({
      anchor: enrolment.certificate,
      cluster: 'test',
      now: new Date('2030-02-01'),
    }),
  })

const expectForward = (from: TrustMark, to: TrustMark | undefined): void => {
  expect(to?.cluster).toBe(from.cluster)
  expect(to?.epoch).toBeGreaterThanOrEqual(from.epoch)
  expect(to?.version).toBeGreaterThanOrEqual(from.version)
  if (to?.version === from.version) expect(to).toEqual(from)
}

describe('the walk of a node, whatever any server shows and whoever puts its file back', () => {
  it('never goes back, never takes a second document of one version, and never a forged one', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 4, maxLength: 14 }), async (moves) => {
        const { folder, path, store } = newDisk()
        const history: string[] = []
        let highest: TrustMark | undefined
        for (const made of moves) {
          const contact = contactOf(made)
          const before = store.load().trust
          if (contact)
            await asNode(store, contact).then(
              () => accepted++,
              (error: unknown) => expect(isEasycertsError(error)).toBe(true),
            )
          if (made.kind === 'put-back' && history.length > 0)
            writeFileSync(path, history[made.moment % history.length] ?? '')
          if (made.kind === 'remove') rmSync(path, { force: true })
          if (made.kind === 'damage') writeFileSync(path, 'garbage')
          const { trust: known, isCurrent } = store.load()
          if (contact && before) expectForward(markOf(before), known && markOf(known))
          if (known) history.push(readFileSync(path, 'utf8'))
          if (!known || !isCurrent) continue
          expect(forged.has(known.signed.document)).toBe(false)
          const here = markOf(known)
          if (highest) expectForward(highest, here)
          highest = here
        }
        rmSync(folder, { recursive: true })
      }),
      { numRuns: RUNS },
    )
    // A property that no walk ever enters proves nothing.
    expect(accepted).toBeGreaterThan(RUNS)
  })
})

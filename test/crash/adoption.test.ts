import { expect, it } from 'vitest'
import { beginRehearsal, type Rehearsal } from '../support/adoption/rehearsal.ts'
import { describeOnLoneHost } from '../support/cni/describe-on-lone-host.ts'
import { seededRandom } from '../support/random.ts'

const PORT = 8888
const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261122)

/** Calls that change names or make them durable, and how many of each an import makes. */
const CALLS = [
  ['rename', 20],
  ['fsync', 60],
  ['fchmod', 20],
] as const

type Step = readonly [call: string, nth: number]

/** The mark by which a boot decides who starts is in place, and neither of the two runs. */
const IN_BETWEEN: Step = ['rename', 18]

/** Of an undo: files that go, and the data directory that moves aside. */
const UNDO_STEPS: readonly Step[] = [
  ...[1, 2, 3, 4].map((nth): Step => ['unlink', nth]),
  ...[1, 2].map((nth): Step => ['rename', nth]),
]

/** Every step where there is time for it, else the worst one, and of the undo one by chance. */
const PAIRS: readonly (readonly [Step, Step])[] = ((): [Step, Step][] => {
  const random = seededRandom(SEED)
  const drawn = (): Step => UNDO_STEPS[Math.floor(random() * UNDO_STEPS.length)] ?? IN_BETWEEN
  if (!isFull) return [[IN_BETWEEN, drawn()]]
  return CALLS.flatMap(([call, most]) =>
    Array.from({ length: most }, (_, index): [Step, Step] => [[call, index + 1], drawn()]),
  )
})()

/** Begun again and done, or it had been written down as done when it was killed. */
const expectTakenOver = (again: ReturnType<Rehearsal['importEasyCerts']>, at: string): void => {
  if (again.status !== 0) expect(again.stderr, at).toContain('took a cluster over at')
}

const PROGRAMS = ['/usr/bin/cfssl', '/usr/sbin/iptables', '/usr/bin/strace']

describeOnLoneHost('kill -9 during an import', PROGRAMS, (host) => {
  it(
    'can be begun again from any instant, and so can its undo',
    () => {
      const rehearsal = beginRehearsal(host(), PORT)
      try {
        const before = rehearsal.state()
        for (const [index, [first, second]] of PAIRS.entries()) {
          const at = `SEED=${SEED}: ${first.join(' ')}, undo ${second.join(' ')}`
          const killed = rehearsal.importKilledAt(...first)
          // Now and then nobody tries again before it is undone.
          if (killed && index % 4 !== 3) expectTakenOver(rehearsal.importEasyCerts(), at)
          rehearsal.importKilledAt(...second, '--undo')
          const undone = rehearsal.importEasyCerts('--undo')
          expect([0, 65], `${at}: ${undone.stderr}`).toContain(undone.status)
          expect(rehearsal.state(), at).toBe(before)
          expect(rehearsal.isServed(), at).toBe(true)
        }
      } finally {
        rehearsal.end()
      }
    },
    isFull ? 1_800_000 : 60_000,
  )
})

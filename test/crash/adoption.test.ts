import { expect, it } from 'vitest'
import { beginRehearsal } from '../support/adoption/rehearsal.ts'
import { describeOnLoneHost } from '../support/cni/describe-on-lone-host.ts'
import { seededRandom } from '../support/random.ts'

const PORT = 8888
const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261122)
const SAMPLE = 2

/** Calls that change names or make them durable, and how many of each an import makes. */
const CALLS = [
  ['rename', 24],
  ['fsync', 60],
  ['fchmod', 24],
] as const

type Step = readonly [call: string, nth: number]

/** Every step where there is time for it, else some by chance; the last ones are the taking over itself. */
const STEPS: readonly Step[] = ((): Step[] => {
  const random = seededRandom(SEED)
  const all = CALLS.flatMap(([call, most]) =>
    Array.from({ length: most }, (_, index): Step => [call, index + 1]),
  )
  const drawn = (): Step[] => all.splice(Math.floor(random() * all.length), 1)
  return isFull ? all : Array.from({ length: SAMPLE }, drawn).flat()
})()

const PROGRAMS = ['/usr/bin/cfssl', '/usr/sbin/iptables', '/usr/bin/strace']

describeOnLoneHost('kill -9 during an import', PROGRAMS, (host) => {
  it(
    'is undone from any instant, and can be begun again',
    () => {
      const rehearsal = beginRehearsal(host(), PORT)
      try {
        const before = rehearsal.state()
        for (const [index, [call, nth]] of STEPS.entries()) {
          const at = `SEED=${SEED}: ${call} ${nth}`
          const killed = rehearsal.importKilledAt(call, nth)
          // The other half goes on instead, as an operator might who saw no error.
          if (killed && index % 2 === 1)
            expect(rehearsal.importEasyCerts().status, `${at}: import`).toBe(0)
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

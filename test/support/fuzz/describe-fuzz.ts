import { beforeAll, describe, expect, it } from 'vitest'
import { minutes, parseDuration } from '@easycerts/shared/time'
import { readCorpus, type Seed } from './corpus.ts'
import { type FuzzReport, type FuzzTarget, runFuzz, tryInput } from './run-fuzz.ts'

const IS_LONG = process.env['SOAK'] === 'full'
const WISHED = process.env['FUZZ_FOR']
/** CI has a limit, and twenty of these. */
const USUAL = IS_LONG ? minutes(5) : 500
const MILLISECONDS = WISHED === undefined ? USUAL : parseDuration(WISHED)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const MAX_GROWTH = 32 * 2 ** 20

/** The laws that hold for every parser of outside data, and that the fuzzer has come beyond its first check. */
export const describeFuzz = <Value>(
  target: FuzzTarget<Value>,
  /** Beginnings of outcomes that a run must have seen: `value`, or a code and message. */
  reached: readonly string[],
): void => {
  const corpus = readCorpus(target.parser)

  describe(`the corpus of ${target.parser}`, () => {
    it.each(corpus.map(({ name, octets }): [string, Seed['octets']] => [name, octets]))(
      '%s is read or refused with a code, and keeps every law',
      async (_name, octets) => {
        expect((await tryInput(target, octets)).fault).toBeUndefined()
      },
    )

    it('holds something that is read', async () => {
      const trials = await Promise.all(corpus.map(({ octets }) => tryInput(target, octets)))
      const made = (await target.seeds?.()) ?? []
      expect(trials.some(({ isAccepted }) => isAccepted) || made.length > 0).toBe(true)
    })
  })

  describe(`damaged ${target.parser}, SEED=${SEED}`, () => {
    let report: FuzzReport
    beforeAll(async () => {
      const seeds = [...corpus.map(({ octets }) => octets), ...((await target.seeds?.()) ?? [])]
      report = await runFuzz(target, seeds, { seed: SEED, milliseconds: MILLISECONDS })
    }, MILLISECONDS + 60_000)

    it('is read or refused with a code, in bounded time, without pollution, and comes back', () => {
      expect(report.faults).toEqual([])
    })

    it('leaves no memory behind', () => {
      expect(report.growth).toBeLessThan(MAX_GROWTH)
    })

    it('comes beyond the first check', () => {
      const seen = [...report.outcomes]
      const missed = reached.filter((each) => !seen.some((outcome) => outcome.startsWith(each)))
      expect(missed, seen.join('\n')).toEqual([])
    })
  })
}

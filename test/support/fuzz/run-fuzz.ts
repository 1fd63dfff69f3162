import { setFlagsFromString } from 'node:v8'
import { isDeepStrictEqual } from 'node:util'
import { runInNewContext } from 'node:vm'
import { isEasycertsError } from '@easycerts/shared/errors'
import { seededRandom } from '../random.ts'
import { keepFinding } from './corpus.ts'
import { type Mutation, pick } from './mutate-text.ts'
import { pollutionOf } from './pollution.ts'

/** A parser of outside data, and how to attack it. */
export interface FuzzTarget<Value = unknown> {
  /** Names the folder of its corpus. */
  readonly parser: string
  readonly mutate: Mutation
  /** Seeds that are made anew, such as what is signed: they would be old in a corpus. */
  readonly seeds?: () => readonly Buffer[] | Promise<readonly Buffer[]>
  readonly parse: (input: Buffer) => Value | Promise<Value>
  /** What the parser must read back as the same. */
  readonly format?: (value: Value) => Buffer
  /** One value has one form: what is read is what would have been written. */
  readonly isCanonical?: true
  /** Instead of half a second of CPU, for parsers that decrypt or write files. */
  readonly maxMicroseconds?: number
}

export interface FuzzReport {
  readonly executions: number
  readonly accepted: number
  /** Codes and messages, without their figures. */
  readonly outcomes: ReadonlySet<string>
  /** What is wrong, with the file that keeps the input. */
  readonly faults: readonly string[]
  /** Octets of heap that it left behind. */
  readonly growth: number
}

const MAX_MICROSECONDS = 500_000
/** Larger than any bound of an input that a listener takes. */
const MAX_INPUT = 1 << 17
const MAX_POOL = 400
/** However slow the machine is in the time that is given. */
const LEAST_TRIALS = 300
const MAX_FAULTS = 3

/** What is wrong with one input, and how it ended. */
interface Trial {
  readonly outcome: string
  readonly isAccepted: boolean
  readonly fault?: string
}

/** Parses one input and looks at what came of it. */
export const tryInput = async <Value>(target: FuzzTarget<Value>, input: Buffer): Promise<Trial> => {
  const started = process.cpuUsage()
  try {
    const value = await target.parse(input)
    const fault =
      slowness(target, started) ?? pollutionOf(value) ?? (await lossOf(target, value, input))
    return { outcome: 'value', isAccepted: true, ...(fault === undefined ? {} : { fault }) }
  } catch (error) {
    if (!isEasycertsError(error))
      return {
        outcome: 'crash',
        isAccepted: false,
        fault: error instanceof Error ? (error.stack ?? '') : String(error),
      }
    const outcome = `${error.code} ${error.message
      .replace(/["'].*["']/gs, '…')
      .replace(/\d+/g, '#')
      .slice(0, 80)}`
    const fault = slowness(target, started) ?? pollutionOf(undefined)
    return { outcome, isAccepted: false, ...(fault === undefined ? {} : { fault }) }
  }
}

const slowness = (
  { maxMicroseconds = MAX_MICROSECONDS }: Pick<FuzzTarget, 'maxMicroseconds'>,
  started: NodeJS.CpuUsage,
) => {
  const { user } = process.cpuUsage(started)
  return user > maxMicroseconds ? `took ${Math.round(user / 1000)} ms of CPU` : undefined
}

const lossOf = async <Value>(
  { parse, format, isCanonical }: FuzzTarget<Value>,
  value: Value,
  input: Buffer,
): Promise<string | undefined> => {
  if (!format) return undefined
  const text = format(value)
  if (isCanonical && !text.equals(input))
    return 'was read, though it is not the one form of its value'
  const again = await rereadOf(parse, text)
  if (again instanceof Error) return `is refused after it was written: ${again.message}`
  const isSame = isDeepStrictEqual(again, value) && format(again).equals(text)
  return isSame ? undefined : 'is another value after it was written and read again'
}

/** What is slow to read is tried, but not mutated: its children are slow too. */
const QUICK_MILLISECONDS = 30

const quickOf = async <Value>(
  target: FuzzTarget<Value>,
  seeds: readonly Buffer[],
): Promise<Buffer[]> => {
  const quick: Buffer[] = []
  for (const octets of seeds) {
    await tryInput(target, octets)
    const started = performance.now()
    await tryInput(target, octets)
    if (performance.now() - started < QUICK_MILLISECONDS) quick.push(octets)
  }
  return quick.length > 0 ? quick : [...seeds]
}

const rereadOf = async <Value>(
  parse: FuzzTarget<Value>['parse'],
  text: Buffer,
): Promise<Value | Error> => {
  try {
    return await parse(text)
  } catch (error) {
    return error as Error
  }
}

/** Tries seeds, then mutates them, and what was new among them, until the time is over. */
export const runFuzz = async <Value>(
  target: FuzzTarget<Value>,
  seeds: readonly Buffer[],
  { seed, milliseconds }: { readonly seed: number; readonly milliseconds: number },
): Promise<FuzzReport> => {
  const random = seededRandom(seed)
  const pool = await quickOf(target, seeds)
  const outcomes = new Set<string>()
  for (const octets of seeds) outcomes.add((await tryInput(target, octets)).outcome)
  const faults: string[] = []
  const before = heapInUse()
  const deadline = performance.now() + milliseconds
  let [executions, accepted] = [0, 0]
  for (
    let trials = 0;
    (performance.now() < deadline || trials < LEAST_TRIALS) && faults.length < MAX_FAULTS;
    trials++
  ) {
    const input = target.mutate(pick(pool, random), pick(pool, random), random)
    if (input.length > MAX_INPUT) continue
    const started = performance.now()
    const { outcome, isAccepted, fault } = await tryInput(target, input)
    const isQuick = performance.now() - started < QUICK_MILLISECONDS
    executions++
    if (isAccepted) accepted++
    const isNews = !outcomes.has(outcome) || (isAccepted && random() < 0.05)
    if (isNews && isQuick && pool.length < MAX_POOL) pool.push(Buffer.from(input))
    outcomes.add(outcome)
    if (fault !== undefined) faults.push(`${fault}: ${keepFinding(target.parser, input)}`)
  }
  pool.length = 0
  return { executions, accepted, outcomes, faults, growth: heapInUse() - before }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const heapInUse = (): number => {
  // What the first leaves to finalizers, the second takes.
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

import { EasycertsError } from '@easycerts/shared/errors'
import {
  type ClockReference,
  decideClock,
  DEFAULT_CLOCK_LIMITS,
  type Duration,
  days,
  seconds,
} from '@easycerts/shared/time'
import { buildSerialNumber, buildValidity, type Certificate } from '@easycerts/shared/x509'
import type { CaDisasters, Mishaps } from './disasters.ts'
import { holds } from './spans.ts'

/** A CA without keys: what it issues is a serial number and a validity, which is all that policy reads. */
export interface SimulatedCa {
  /** Its time, in an exchange that begins now. */
  readonly greet: (now: number) => Date
  readonly issue: (now: number) => Certificate
}

// Made once: a year of outages throws them a million times, and each writes down its stack.
const AWAY = new EasycertsError('ERR_CA_UNREACHABLE', 'away')
const BUSY = new EasycertsError('ERR_RATE_LIMITED', 'busy', { retryAfter: seconds(30) })
const CLOCK_HELD = new EasycertsError('ERR_CLOCK_JUMPED', 'the clock is held')

const ISSUER_END = new Date('2100-01-01T00:00:00Z')

export interface CaFacts {
  readonly life: Duration
  readonly disasters: CaDisasters
  readonly mishaps: Mishaps
  readonly random: () => number
}

/** Its clock is judged as ca-server judges it: one that jumped is held until it is right again. */
export const createSimulatedCa = ({ life, disasters, mishaps, random }: CaFacts): SimulatedCa => {
  let reference: ClockReference | undefined
  const wallAt = (now: number): Date => {
    const wrong = disasters.clock.find(({ span }) => holds([span], now))
    return new Date(now + (wrong?.offset ?? 0))
  }
  const believedAt = (now: number): Date => {
    const wall = wallAt(now)
    const situation = { wall, monotonic: now, reference, believedAt: reference?.wall }
    const { state } = decideClock({ ...situation, isHeld: false }, DEFAULT_CLOCK_LIMITS)
    if (state !== 'good') throw CLOCK_HELD
    reference = { wall, monotonic: now }
    return wall
  }
  return {
    greet: (now) => {
      if (holds(disasters.away, now)) throw AWAY
      return wallAt(now)
    },
    issue: (now) => {
      if (random() < mishaps.caRefuses) throw BUSY
      return simulatedCertificate(believedAt(now), life, random)
    },
  }
}

/** Nothing of a certificate but what decisions are made of. */
export const simulatedCertificate = (
  issuedAt: Date,
  life: Duration,
  random: () => number,
): Certificate => {
  const octets = Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256))
  const serialNumber = buildSerialNumber(issuedAt, octets)
  return { serialNumber, validity: buildValidity(issuedAt, life, ISSUER_END) } as Certificate
}

/** The life that certificates have unless a cluster says otherwise. */
export const DEFAULT_LIFE = days(30)

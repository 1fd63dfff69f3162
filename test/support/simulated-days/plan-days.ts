import { type Duration, hours } from '@easycerts/shared/time'

/** What is killed with SIGKILL soon after the clock has moved. */
export const VICTIMS = ['certmgr', 'ca-server', 'node-service', 'openssl'] as const
export type Victim = (typeof VICTIMS)[number]

/** Hours from the beginning to the end of an absence of the CA. */
export type Outage = readonly [from: number, to: number]

/** How long it goes, and what happens. */
export interface DaysWish {
  readonly days: number
  /** Of certificates and of the node's identity. */
  readonly life: string
  readonly outages: readonly Outage[]
  /** Of the moments at which somebody is killed. */
  readonly kills: number
}

/** One move of the clock. */
export interface PlannedStep {
  /** By how much the clock moves. */
  readonly by: Duration
  readonly isCaUp: boolean
  readonly victim?: Victim
  /** Who is killed instead where something is to be renewed. */
  readonly renewalVictim?: Victim
  /** Milliseconds of true time from the move to the kill. */
  readonly killAfter: number
}

/** The CA believes no jump of its clock beyond it. */
const LONGEST_STEP = 6

/** Steps of five to six hours until all days are over. */
export const planDays = (
  { days, outages, kills }: DaysWish,
  random: () => number,
): PlannedStep[] => {
  const steps: PlannedStep[] = []
  for (let hour = 0; hour < days * 24;) {
    const by = LONGEST_STEP - random()
    hour += by
    const isCaUp = !outages.some(([from, to]) => from <= hour && hour < to)
    const drawn = VICTIMS[Math.floor(random() * VICTIMS.length)]
    const isKill = random() < kills
    // What is away already cannot be killed.
    const victim = isKill && (isCaUp || drawn !== 'ca-server') ? drawn : undefined
    const renewalVictim = random() < 1 / 2 ? RENEWERS[Math.floor(random() * 2)] : undefined
    const killAfter = Math.floor(random() * LATEST_KILL)
    const victims = { ...(victim ? { victim } : {}), ...(renewalVictim ? { renewalVictim } : {}) }
    steps.push({ by: hours(by), isCaUp, ...victims, killAfter })
  }
  return steps
}

const RENEWERS = ['certmgr', 'ca-server'] as const

/** A renewal of three certificates takes about as long. */
const LATEST_KILL = 600

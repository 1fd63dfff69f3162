import { runProcess } from '@easycerts/adapters/process'
import { isEasycertsError } from '@easycerts/shared/errors'
import { addDuration, type Clock, type Duration, seconds } from '@easycerts/shared/time'

/** While it lasts, new connections to a port are neither taken nor refused: their clients' kernels ask again. */
export interface Hold {
  /** False where the machine has no packet filter that can do it: then some are refused. */
  readonly isHeld: boolean
  readonly release: () => Promise<void>
}

export type HoldConnections = (port: number) => Promise<Hold>

/** One per family; the second is not there on every machine. */
const PROGRAMS = ['iptables', 'ip6tables'] as const
const NAME = 'easycerts-import'
const TIMEOUT = seconds(10)
/** The rule ends by itself, even if we are killed while it stands; clients ask again after 1, 3, 7 and 15 s. */
const LONGEST: Duration = seconds(20)

/**
 * Drops the first segment of every new connection (TCP SYN), in the packet filter, before any other
 * rule. A client waits a second longer, and none sees an error.
 */
export const holdByPacketFilter =
  (clock: Clock): HoldConnections =>
  async (port) => {
    await removeLeftovers()
    const end = addDuration(clock(), LONGEST).toISOString().slice(0, 19)
    const rule = [
      ...['-p', 'tcp', '--dport', String(port), '--syn'],
      ...['-m', 'time', '--datestop', end],
      ...['-m', 'comment', '--comment', NAME, '-j', 'DROP'],
    ]
    const held: string[] = []
    for (const program of PROGRAMS)
      if (await succeeds([program, '-w', '5', '-I', 'INPUT', '1', ...rule])) held.push(program)
    return {
      isHeld: held.includes('iptables'),
      release: async () => {
        for (const program of held) await succeeds([program, '-w', '5', '-D', 'INPUT', ...rule])
      },
    }
  }

/** Rules of a run that was killed: they match nothing any more. */
const removeLeftovers = async (): Promise<void> => {
  for (const program of PROGRAMS) {
    const { stdout } = await outcomeOf([program, '-w', '5', '-S', 'INPUT'])
    const ours = stdout.split('\n').filter((line) => line.includes(`--comment ${NAME} `))
    for (const line of ours)
      await succeeds([program, '-w', '5', ...line.replace(/^-A/, '-D').split(' ')])
  }
}

const succeeds = async (argv: readonly string[]): Promise<boolean> =>
  (await outcomeOf(argv)).exitCode === 0

/** A machine without the program, or a kernel that will not, is one that cannot hold. */
const outcomeOf = async (
  argv: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> => {
  try {
    return await runProcess(argv, { timeout: TIMEOUT })
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return { exitCode: null, stdout: '' }
  }
}

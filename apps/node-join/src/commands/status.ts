import { EasycertsError } from '@easycerts/shared/errors'
import { lookAtNode, type NodeStatus, problemsOf, renderStatus } from '../status/index.ts'
import type { CommandContext } from './command-context.ts'
import { type JoinOptions, machineOf } from './join.ts'
import { programsIn } from './programs-in.ts'

/** `node-join status`: works with the CA away. ERR_NOT_JOINED, ERR_NODE_NOT_WELL after the answer. */
export const runStatusCommand = async (
  context: CommandContext,
  options: JoinOptions,
): Promise<void> => {
  const { terminal, clock, nodeProgram } = context
  const machine = machineOf(context, options, new AbortController().signal)
  const programs = programsIn(options.programDirectory, nodeProgram)
  const status = await lookAtNode(machine, programs)
  const problems = problemsOf(status)
  const now = clock()
  await terminal.result(
    { ...withDaysLeft(status, now), problems, isWell: problems.length === 0 },
    () => renderStatus(status, problems, terminal, now),
  )
  if (status.identity.state === 'none' && status.unfinished.length === 0)
    throw new EasycertsError('ERR_NOT_JOINED', `nothing has joined below ${machine.root}`)
  if (problems.length > 0)
    throw new EasycertsError(
      'ERR_NODE_NOT_WELL',
      `${problems.length} of the things looked at are wrong: ${problems[0] ?? ''}`,
    )
}

const DAY = 86_400_000

/** Whole days, rounded down: what a monitoring rule compares. */
const withDaysLeft = (status: NodeStatus, now: Date) => ({
  ...status,
  certificates: status.certificates.map(({ notAfter, ...rest }) => ({
    ...rest,
    ...(notAfter
      ? { notAfter, daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY) }
      : {}),
  })),
})

import type { RouteReply } from '@easycerts/shared/api'
import { describeDuration } from '@easycerts/shared/time'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'

/** By sysexits(3): EX_UNAVAILABLE, EX_TEMPFAIL. */
const NOT_READY = 69
const NEEDS_ATTENTION = 75

type Status = RouteReply<'status'>

/** `ca-server status`: exits with 0, with 75 if somebody should look, with 69 if it cannot serve. */
export const runStatus = async (context: CommandContext, options: GlobalOptions): Promise<void> => {
  const { terminal, exit } = context
  const status = await openOperatorClient(context, options).call('status', {})
  await terminal.result(status, async () => {
    const { checks } = status
    const table = await terminal.table(
      ['CHECK', 'STATE', 'FOUND'],
      checks.map(({ name, status: state, level, detail }) => [
        name,
        state === 'ok' ? 'ok' : `failed (${level})`,
        detail,
      ]),
    )
    return `${summaryOf(status)}\n\n${table}`
  })
  const code = exitCodeOf(status)
  if (code !== 0) exit(code)
}

const exitCodeOf = ({ status, checks }: Status): number => {
  if (status !== 'ready') return NOT_READY
  return checks.every((check) => check.status === 'ok') ? 0 : NEEDS_ATTENTION
}

const summaryOf = ({
  cluster,
  status,
  startedAt,
  time,
  nodes,
  tickets,
  logEntries,
  reports,
}: Status) => {
  const age = new Date(time).getTime() - new Date(startedAt).getTime()
  const joined = Object.entries(nodes).map(([state, count]) => `${count} ${state}`)
  return [
    `Cluster ${cluster}: ${status}, for ${describeDuration(age)}`,
    `Nodes: ${joined.join(', ') || 'none'}. Tickets: ${tickets.open} open, ${tickets.bound} bound.`,
    `Reports: ${reports.silent} nodes silent for a day, ${reports.failing} failing, ${reports.changes} asking for other addresses.`,
    `Log: ${logEntries} entries.`,
  ].join('\n')
}

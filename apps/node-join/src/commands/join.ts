import { createSystemctl } from '@easycerts/adapters/systemd'
import { type LayoutName, parseNodeName } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import type { KeyAlgorithm } from '@easycerts/shared/key'
import type { Ticket } from '@easycerts/shared/ticket'
import { parseDuration, seconds } from '@easycerts/shared/time'
import { resolve } from 'node:path'
import { type JoinReport, renderReport } from '../join-report.ts'
import {
  ASCII_MARKS,
  createProgress,
  type Machine,
  type Progress,
  UNICODE_MARKS,
} from '../machine/index.ts'
import { type JoinChoices, runJoin } from '../run-join.ts'
import { type Credential, readCredential } from '../steps/read-credential.ts'
import { readTicket } from '../steps/read-ticket.ts'
import type { CommandContext } from './command-context.ts'
import { programsIn } from './programs-in.ts'
import { runBounded } from './time-limit.ts'
import { isForToken, joinByToken, refuseTokenOptions, type TokenOptions } from './token-join.ts'

export interface JoinOptions extends TokenOptions {
  readonly node?: string
  readonly root: string
  readonly timeout: string
  readonly rejoin?: boolean
  readonly units: boolean
  readonly start: boolean
  readonly programDirectory: string
  readonly keyAlgorithm: KeyAlgorithm
  readonly certmgrTimer?: boolean
  readonly adopt?: boolean
  readonly layout?: LayoutName
  readonly certmgrConfig?: string
}

const SYSTEMCTL_TIMEOUT = seconds(60)

/** `node-join < ticket`, or a token of the CA of the old certmgr in its place. */
export const runJoinCommand = async (
  context: CommandContext,
  options: JoinOptions,
): Promise<void> => {
  const { terminal, signals, clock } = context
  const choices = choicesOf(options, context)
  const timeout = parseDuration(options.timeout)
  const marks = context.isWatched ? UNICODE_MARKS : ASCII_MARKS
  const progress = createProgress(terminal.note, context.isSilent ? undefined : marks)
  let now: string | undefined
  const doing = () => now ?? progress.current()
  const report = await runBounded({ timeout, signals, doing }, async (signal) => {
    const credential = await takeCredential(context, options, progress)
    const machine = machineOf(context, options, signal)
    if (credential.kind === 'ticket') {
      refuseTokenOptions(options)
      return runJoin(credential.ticket, machine, progress, choices)
    }
    const attempt = { text: credential.text, machine, doing: (what: string) => (now = what) }
    const told = await joinByToken(attempt, context, options)
    await terminal.result(told, () => '')
    return undefined
  })
  if (!report) return
  for (const warning of report.warnings) terminal.warning(warning)
  await terminal.result(report, () => renderReport(report, terminal, clock()))
  throwFailed(report)
}

const takeCredential = async (
  context: CommandContext,
  options: JoinOptions,
  progress: Progress,
): Promise<Credential> => {
  const { terminal, isTicketTyped, ticketInput } = context
  const isTokenExpected = isForToken(context, options)
  const what = isTokenExpected ? 'token' : 'ticket'
  if (isTicketTyped) terminal.note(`Paste the ${what}, then press Enter:`)
  if (isTokenExpected) return readCredential(ticketInput, true)
  return progress.step('reading the ticket', async () => {
    const value = await readCredential(ticketInput, false)
    const done = value.kind === 'ticket' ? `read ticket ${value.ticket.id}` : 'read a token'
    return { value, done }
  })
}

export const choicesOf = (options: JoinOptions, { nodeProgram }: CommandContext): JoinChoices => ({
  node: options.node === undefined ? undefined : parseNodeName(options.node),
  mayReplace: options.rejoin === true,
  withUnits: options.units,
  withStart: options.start,
  keyAlgorithm: options.keyAlgorithm,
  programs: programsIn(options.programDirectory, nodeProgram),
  certmgrByTimer: options.certmgrTimer === true,
  adoption: {
    isWanted: options.adopt !== false,
    layout: options.layout,
    certmgrConfig: options.certmgrConfig,
  },
})

export const machineOf = (
  { clock, randomOctets, uid, hostName }: CommandContext,
  options: JoinOptions,
  signal: AbortSignal,
): Machine => {
  const root = resolve(options.root)
  const argv = root === '/' ? ['systemctl'] : ['systemctl', `--root=${root}`]
  const services = createSystemctl({ argv, timeout: SYSTEMCTL_TIMEOUT, signal })
  return { root, clock, randomOctets, effectiveUid: uid, hostName, services, signal }
}

/** The ticket of standard input, and nothing else. */
export const takeTicket = (
  { terminal, isTicketTyped, ticketInput }: CommandContext,
  progress: Progress,
): Promise<Ticket> => {
  if (isTicketTyped) terminal.note('Paste the ticket, then press Enter:')
  return progress.step('reading the ticket', async () => {
    const value = await readTicket(ticketInput)
    return { value, done: `read ticket ${value.id}` }
  })
}

/** The node has joined; that a service does not start is told at the end, with its exit code. */
const throwFailed = ({ services: { failed } }: JoinReport): void => {
  const [first] = failed
  if (first) throw new EasycertsError('ERR_ACTION_FAILED', `joined, but ${first.reason}`)
}

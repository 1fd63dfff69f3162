import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { API_TOKEN_LENGTH, parseApiToken } from '@easycerts/shared/legacy-certmgr'
import { isRunningSystem, type Machine } from '../machine/index.ts'
import type { TokenReport } from '../token-join/index.ts'
import type { CommandContext } from './command-context.ts'

/** What only a token needs. */
export interface TokenOptions {
  readonly caServer?: string
  readonly caFile?: string
  readonly caPin?: string
  readonly insecureTrustOnFirstUse?: boolean
}

interface CommonOptions {
  readonly start: boolean
  readonly certmgrConfig?: string
}

const FLAGS = {
  caServer: '--ca-server',
  caFile: '--ca-file',
  caPin: '--ca-pin',
  insecureTrustOnFirstUse: '--insecure-trust-on-first-use',
} as const satisfies Record<keyof TokenOptions, string>

const givenFlags = (options: TokenOptions): string[] =>
  (Object.keys(FLAGS) as (keyof TokenOptions)[])
    .filter((option) => options[option] !== undefined)
    .map((option) => FLAGS[option])

/** Whether nothing but a token makes sense. */
export const isForToken = ({ isOldName }: CommandContext, options: TokenOptions): boolean =>
  isOldName === true || givenFlags(options).length > 0

/** ERR_USAGE: a ticket says itself where its CA is, and how it is known. */
export const refuseTokenOptions = (options: TokenOptions): void => {
  const [flag] = givenFlags(options)
  if (flag === undefined) return
  throw new EasycertsError('ERR_USAGE', `${flag} is for a token, and this is a ticket`, {
    hint: 'run "node-join < ticket" without it',
  })
}

export interface TokenAttempt {
  /** What standard input held. */
  readonly text: Secret<string>
  readonly machine: Machine
  /** Told what is being done, for the message of a time limit. */
  readonly doing: (what: string) => void
}

/** Says on standard error what nixos-kubernetes-node-join said, in its words. */
export const joinByToken = async (
  { text, machine, doing }: TokenAttempt,
  { terminal, isSilent }: CommandContext,
  options: TokenOptions & CommonOptions,
): Promise<TokenReport> => {
  const say = (line: string): void => {
    if (!isSilent) terminal.note(line)
  }
  if (machine.effectiveUid !== 0) {
    say('Run as root please.')
    throw new EasycertsError('ERR_NOT_ROOT', 'only root may write the token and restart certmgr')
  }
  if (text.reveal().length !== API_TOKEN_LENGTH) say(`Token must be of length ${API_TOKEN_LENGTH}.`)
  const token = parseApiToken(text.reveal())
  const { parseCaPin, runTokenJoin } = await import('../token-join/index.ts')
  const choices = {
    caServer: options.caServer,
    caFile: options.caFile,
    caPin: options.caPin === undefined ? undefined : parseCaPin(options.caPin),
    onFirstUse: options.insecureTrustOnFirstUse === true,
    certmgrConfig: options.certmgrConfig,
    withStart: options.start && isRunningSystem(machine),
  }
  const report = await runTokenJoin(token, machine, choices, { say, doing })
  for (const warning of report.warnings) terminal.warning(warning)
  say(choices.withStart ? 'Node joined successfully' : 'The token is in place')
  return report
}

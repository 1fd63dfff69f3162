import * as v from 'valibot'
import { type Host, parseHost } from '../cluster/index.ts'
import { hours, parseDuration } from '../time/index.ts'
import { type Action, actionSchema } from './action.ts'

/** How TLS is asked for where a connection begins in plain text. */
const STARTTLS_KINDS = ['postgres', 'smtp'] as const

export type StarttlsKind = (typeof STARTTLS_KINDS)[number]

/** Where somebody listens. */
export interface ProofAddress {
  readonly host: Host
  readonly port: number
}

const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):([1-9][0-9]{0,4})$/
const LAST_PORT = 65_535

/** '127.0.0.1:6443', '[::1]:6443', 'name:6443'; undefined for anything else. */
export const parseProofAddress = (text: string): ProofAddress | undefined => {
  const [, inBrackets, plain = '', digits = ''] = ADDRESS.exec(text) ?? []
  const host = hostOf(inBrackets ?? plain)
  const port = Number(digits)
  const isOfIpv6 = host?.value.includes(':') === true
  return host && port <= LAST_PORT && isOfIpv6 === (inBrackets !== undefined)
    ? { host, port }
    : undefined
}

const hostOf = (text: string): Host | undefined => {
  try {
    return parseHost(text)
  } catch {
    return undefined
  }
}

const LONGEST = hours(1)

const isShortDuration = (text: string): boolean => {
  try {
    const length = parseDuration(text)
    return length > 0 && length <= LONGEST
  } catch {
    return false
  }
}

const pointEntries = {
  address: v.pipe(
    v.string(),
    v.check((text) => parseProofAddress(text) !== undefined, 'is not an address (HOST:PORT)'),
  ),
  serverName: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => hostOf(text)?.kind === 'dns', 'is not a lower-case DNS name'),
    ),
  ),
  starttls: v.optional(v.picklist(STARTTLS_KINDS)),
  /** How long it may take after the actions. */
  within: v.optional(
    v.pipe(
      v.string(),
      v.check(isShortDuration, 'is not a duration of at most 1h (write 90s, 15m)'),
    ),
    '2m',
  ),
  /** Run once if the old one is still in use after that. */
  escalation: v.optional(actionSchema),
}

/** How certmgr finds out that a new certificate is in use. */
export const proofSchema = v.pipe(
  v.strictObject({
    ...pointEntries,
    /** server: whoever listens there shows it; client: whoever listens there accepts it. */
    use: v.optional(v.picklist(['server', 'client']), 'server'),
  }),
  v.check(
    ({ use, starttls, escalation }) =>
      use === 'server' || (starttls === undefined && escalation === undefined),
    'has starttls or escalation, which are for servers alone',
  ),
)

/** How certmgr finds out that a new bundle is in use: by the CAs that a server names to its clients. */
export const bundleProofSchema = v.strictObject({
  ...pointEntries,
  use: v.optional(v.literal('server'), 'server'),
})

export type Proof = v.InferOutput<typeof proofSchema>

/** Milliseconds that the consumer of a certificate may take to show it. */
export const proofWindow = ({ within }: Pick<Proof, 'within'>): number => parseDuration(within)

interface ProvedSpec {
  readonly kind?: 'Certificate' | 'TrustBundle'
  readonly proof?: Proof | undefined
  readonly actions: Readonly<Record<string, readonly Action[] | undefined>>
}

/**
 * What is tried when the old certificate is still served: what the spec says, or else the restart of
 * a unit that was only reloaded. Undefined where a restart was made already, or nothing can be done.
 */
export const escalationOf = (spec: ProvedSpec): Action | undefined => {
  const { proof } = spec
  if (proof?.use !== 'server') return undefined
  if (proof.escalation) return proof.escalation
  const made = madeBy(spec)
  if (made.some((action) => 'restart' in action)) return undefined
  return made.flatMap((action) => ('reload' in action ? [{ restart: action.reload }] : []))[0]
}

/** What the change brings that is to be proved. */
const madeBy = ({ kind, actions }: ProvedSpec): Action[] =>
  (kind === 'TrustBundle' ? ['bundle'] : ['key', 'leaf']).flatMap((type) => actions[type] ?? [])

/** What may restart the component that is looked at. */
export const restartOfProof = (spec: ProvedSpec): Action[] => [
  ...(spec.proof?.escalation ? [spec.proof.escalation] : []),
  ...madeBy(spec),
]

/** The unit whose being stopped explains that nobody listens. */
export const unitOfProof = (spec: ProvedSpec): string | undefined =>
  restartOfProof(spec).flatMap((action) => {
    if ('restart' in action) return [action.restart]
    return 'reload' in action ? [action.reload] : []
  })[0]

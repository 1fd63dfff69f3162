import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { formatLegacyRemote, type LegacyRemote } from '@easycerts/shared/legacy-certmgr'
import type { Clock, Duration } from '@easycerts/shared/time'
import * as v from 'valibot'
import { authsignBody, type AuthsignRequest } from './authsign-body.ts'
import { postToRemote, type RemoteAnswer, type RemoteCall } from './post-to-remote.ts'
import { readEnvelope, readKeyVerdict } from './read-envelope.ts'
import { findSystemRoots } from './system-roots.ts'

export interface CfsslRemoteOptions {
  /** In order of preference; at least one. */
  readonly remotes: readonly LegacyRemote[]
  /** PEM of the CAs that a server's certificate may come from; undefined: those of the system. */
  readonly rootCa: string | undefined
  /** Takes whoever answers for the remote, so nothing that it says may be believed. */
  readonly isUnverified?: boolean
  /** PEM of what is shown to a server that asks for it. */
  readonly client: { readonly certificate: string; readonly key: Secret<string> } | undefined
  /** Of one call at one remote. */
  readonly timeout: Duration
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** What a remote tells of its CA. */
export interface RemoteInfo {
  /** PEM of the CA's certificate, and of more where the remote gives more. */
  readonly certificate: string
  /** The remote's clock, where it tells it. */
  readonly time: Date | undefined
}

/**
 * The API of cfssl as its clients use it. A remote that is down, hangs, is in trouble or talks
 * nonsense gives way to the next; a refusal is final. Failures are those of `postToRemote`.
 */
export interface CfsslRemote {
  info(of: Pick<AuthsignRequest, 'profile' | 'label'>): Promise<RemoteInfo>
  /** PEM of a certificate, as nobody has checked it yet. */
  authsign(request: AuthsignRequest, key: Secret<Buffer>): Promise<string>
  /** Whether requests for a profile may be signed with this key; nothing is issued. */
  takesKey(of: Pick<AuthsignRequest, 'profile' | 'label'>, key: Secret<Buffer>): Promise<boolean>
  /** Closes idle connections. */
  close(): void
}

const certificate = v.object({ certificate: v.pipe(v.string(), v.minLength(1)) })

export const createCfsslRemote = (options: CfsslRemoteOptions): CfsslRemote => {
  const { remotes, clock } = options
  const agents = createAgents(options)
  let preferred = 0

  /** From the remote that answered last; all failures if none answers. */
  const call = async <Answer>(
    given: RemoteCall,
    read: (name: string, answer: RemoteAnswer) => Answer,
  ): Promise<Answer> => {
    const failures: EasycertsError[] = []
    for (let turn = 0; turn < remotes.length; turn++) {
      const index = (preferred + turn) % remotes.length
      const remote = remotes[index]
      if (!remote) break
      try {
        const { timeout, signal } = options
        const limits = { timeout, agent: agents.for(remote), ...(signal ? { signal } : {}) }
        const answer = read(formatLegacyRemote(remote), await postToRemote(remote, given, limits))
        preferred = index
        return answer
      } catch (error) {
        if (!isEasycertsError(error) || isFinal(error) || options.signal?.aborted) throw error
        failures.push(error)
      }
    }
    throw failureOf(failures)
  }
  return {
    info: ({ label, profile }) =>
      call({ endpoint: 'info', body: JSON.stringify({ label, profile }) }, (name, answer) => ({
        certificate: readEnvelope(name, answer, certificate).certificate,
        time: answer.time,
      })),
    authsign: (request, key) =>
      call(
        { endpoint: 'authsign', body: authsignBody(request, key, clock()) },
        (name, answer) => readEnvelope(name, answer, certificate).certificate,
      ),
    takesKey: (of, key) =>
      call(
        { endpoint: 'authsign', body: authsignBody({ ...of, csr: '', hosts: [] }, key, clock()) },
        readKeyVerdict,
      ),
    close: agents.close,
  }
}

/** Another remote of the same CA would refuse as well. */
const isFinal = ({ code }: EasycertsError): boolean => code === 'ERR_REQUESTER_NOT_PERMITTED'

const failureOf = (failures: readonly EasycertsError[]): EasycertsError => {
  const [first, second] = failures
  if (!first) return new EasycertsError('ERR_CA_UNREACHABLE', 'no remote is known')
  if (!second) return first
  const message = failures.map((failure) => failure.message).join('; ')
  return new EasycertsError(first.code, message, { cause: first, hint: first.hint })
}

const CONNECTIONS = { keepAlive: true, maxSockets: 4 }

/** Made when they are wanted: most specs know one protocol, and the system's CAs are large. */
const createAgents = ({ rootCa, isUnverified = false, client }: CfsslRemoteOptions) => {
  let plain: HttpAgent | undefined
  let secure: HttpsAgent | undefined
  const createSecure = (): HttpsAgent => {
    const ca = isUnverified ? undefined : (rootCa ?? findSystemRoots())
    return new HttpsAgent({
      ...CONNECTIONS,
      minVersion: 'TLSv1.2',
      // A resumed session would not be looked at again.
      maxCachedSessions: 0,
      rejectUnauthorized: !isUnverified,
      ...(ca === undefined ? {} : { ca }),
      ...(client ? { cert: client.certificate, key: client.key.reveal() } : {}),
    })
  }
  return {
    for: ({ protocol }: LegacyRemote): HttpAgent =>
      protocol === 'https' ? (secure ??= createSecure()) : (plain ??= new HttpAgent(CONNECTIONS)),
    close: (): void => {
      plain?.destroy()
      secure?.destroy()
    },
  }
}

import { type CfsslRemote, createCfsslRemote } from '@easycerts/adapters/cfssl-remote'
import { readSecretFile, readTextFile } from '@easycerts/adapters/files'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ApiToken, formatLegacyRemote } from '@easycerts/shared/legacy-certmgr'
import { type Duration, seconds } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { type Machine, pathOn } from '../machine/index.ts'
import { certificatesIn } from './certificates-in.ts'
import { mismatch, type Trust } from './choose-trust.ts'
import type { TokenPlace } from './token-place.ts'

/** Of one call, which a CA answers within a second. */
const CALL_TIMEOUT = seconds(15)

export interface ProvenToken {
  /** Of the CA that took the token. */
  readonly authorities: readonly Certificate[]
  /** PEM, as the CA tells it. */
  readonly certificate: string
  readonly warnings: readonly string[]
}

export interface TokenProof {
  readonly token: ApiToken
  readonly place: TokenPlace
  readonly trust: Trust
  readonly machine: Machine
  readonly callTimeout?: Duration
}

/**
 * Asks the CA whether it takes the token, without having anything issued. ERR_APITOKEN_REFUSED;
 * ERR_CA_UNREACHABLE, ERR_CA_TIMEOUT; ERR_CHAIN_INVALID, ERR_PIN_MISMATCH.
 */
export const proveToken = async (proof: TokenProof): Promise<ProvenToken> => {
  const { token, place, trust } = proof
  const { authority } = place
  const warnings: string[] = []
  const rootCa = await rootCaOf(proof, warnings)
  return withRemote(proof, { rootCa }, async (remote) => {
    const { certificate } = await remote.info(authority)
    const key = token.map((text) => Buffer.from(text, 'hex'))
    const isTaken = await remote.takesKey(authority, key)
    if (!isTaken)
      throw new EasycertsError('ERR_APITOKEN_REFUSED', `${nameOf(place)} does not take this token`)
    const authorities = certificatesIn(`the answer of ${nameOf(place)}`, certificate)
    if (trust.kind === 'pin') refuseOther(authorities, trust.pin, place)
    return { authorities, certificate: ended(certificate), warnings }
  })
}

/** PEM of the CAs by which the server is judged; undefined where there is no TLS. */
const rootCaOf = async (proof: TokenProof, warnings: string[]): Promise<string | undefined> => {
  const { trust, place } = proof
  if (trust.kind === 'file') return trust.pem
  if (trust.kind === 'plain') {
    warnings.push(`${nameOf(place)} is asked without TLS: whoever is between can pose as the CA`)
    return undefined
  }
  const told = await withRemote(proof, { rootCa: undefined, isUnverified: true }, (remote) =>
    remote.info(place.authority),
  )
  const found = certificatesIn(`the answer of ${nameOf(place)}`, told.certificate)
  if (trust.kind === 'pin') refuseOther(found, trust.pin, place)
  else
    warnings.push(
      `${nameOf(place)} was believed unseen: if somebody sat between, this cluster is theirs; compare the pin of its CA with the master: sha256:${found[0]?.pin ?? ''}`,
    )
  return told.certificate
}

const refuseOther = (found: readonly Certificate[], pin: string, place: TokenPlace): void => {
  if (!found.some((certificate) => certificate.pin === pin))
    throw mismatch(`the CA of ${nameOf(place)} has another pin`)
}

interface Verification {
  readonly rootCa: string | undefined
  readonly isUnverified?: boolean
}

const withRemote = async <Value>(
  { place: { authority }, machine, callTimeout: timeout = CALL_TIMEOUT }: TokenProof,
  verification: Verification,
  work: (remote: CfsslRemote) => Promise<Value>,
): Promise<Value> => {
  const { remotes, client } = authority
  const { clock, signal, effectiveUid } = machine
  const remote = createCfsslRemote({
    ...{ remotes, timeout, clock, signal, ...verification },
    client: client && {
      certificate: readTextFile(pathOn(machine, client.certificate)),
      key: new Secret(readSecretFile(pathOn(machine, client.key), effectiveUid)),
    },
  })
  try {
    return await work(remote)
  } finally {
    remote.close()
  }
}

export const nameOf = ({ authority: { remotes } }: Pick<TokenPlace, 'authority'>): string =>
  remotes.map(formatLegacyRemote).join(', ')

/** cfssl leaves out the last newline. */
const ended = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`)

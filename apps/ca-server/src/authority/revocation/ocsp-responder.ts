import { isEasycertsError } from '@easycerts/shared/errors'
import {
  buildOcspFailure,
  buildOcspResponse,
  isOfIssuer,
  type OcspCertificateId,
  type OcspFailure,
  ocspIssuerNames,
  type OcspIssuerNames,
  type OcspRequest,
  type OcspStatus,
  parseOcspRequest,
} from '@easycerts/shared/revocation'
import { addDuration, hours, truncateToSecond } from '@easycerts/shared/time'
import type { SerialNumber } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import { requireGoodClock } from '../held-clock.ts'
import type { Issuer } from '../issuers.ts'
import type { Reading } from '../store/index.ts'
import { indistinguishableFrom } from './indistinguishable-issuers.ts'
import { OcspSigners } from './ocsp-signer.ts'

export interface OcspReply {
  /** DER of an OCSPResponse. */
  readonly der: Buffer
  /** Until when anybody may keep it; undefined for what was made for one client, and for failures. */
  readonly caching: OcspDates | undefined
}

export interface OcspDates {
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

interface SignedAnswer extends OcspDates {
  readonly der: Buffer
  readonly isKept: boolean
}

/** From thisUpdate to nextUpdate. */
export const OCSP_LIFE = hours(1)
/** A kept answer is made anew when half of its life is over, so that nobody gets one about to end. */
const FRESH = OCSP_LIFE / 2
const MAX_KEPT_ANSWERS = 10_000

/** Before something is signed, for whoever asks; what it refuses is asked for later. */
export type Admit = () => Promise<void>

const ADMIT_ALL: Admit = () => Promise.resolve()

/** Answers who asks about certificates of our issuers, from memory where nobody's nonce is in the way. */
export class OcspResponder {
  readonly #authority: Authority
  readonly #signers: OcspSigners
  readonly #issuers: ReadonlyMap<string, { issuer: Issuer; names: OcspIssuerNames }>
  /** Per issuer, by the octets of the CertID. */
  readonly #kept = new Map<string, Map<string, SignedAnswer>>()

  constructor(authority: Authority) {
    this.#authority = authority
    this.#signers = new OcspSigners(authority)
    const all = Object.values(authority.issuers)
    this.#issuers = new Map(
      all.map((issuer) => [issuer.id, { issuer, names: ocspIssuerNames(issuer.certificate) }]),
    )
  }

  /** Never fails: what goes wrong is an answer too (RFC 6960 §2.3). */
  async answer(issuerId: string, der: Buffer, admit: Admit = ADMIT_ALL): Promise<OcspReply> {
    try {
      return await this.#answer(issuerId, parseOcspRequest(der), admit)
    } catch (error) {
      return { der: buildOcspFailure(failureOf(error)), caching: undefined }
    }
  }

  /** After a revocation: what is kept may have said `good`. */
  forget(issuerId: string): void {
    for (const each of this.#sameAs(issuerId)) this.#kept.delete(each)
  }

  async #answer(
    issuerId: string,
    { certificates, nonce }: OcspRequest,
    admit: Admit,
  ): Promise<OcspReply> {
    const found = this.#issuers.get(issuerId)
    if (!found || !certificates.every((id) => isOfIssuer(id, found.names)))
      return { der: buildOcspFailure('unauthorized'), caching: undefined }
    const [only] = certificates
    if (nonce || certificates.length !== 1 || !only) {
      await admit()
      const { der } = await this.#sign(found.issuer, certificates, nonce)
      return { der, caching: undefined }
    }
    const { der, ...caching } = await this.#recall(found.issuer, only, admit)
    return { der, caching }
  }

  async #recall(issuer: Issuer, id: OcspCertificateId, admit: Admit): Promise<SignedAnswer> {
    const key = id.encoding.toString('latin1')
    const kept = this.#kept.get(issuer.id) ?? new Map<string, SignedAnswer>()
    this.#kept.set(issuer.id, kept)
    const now = this.#authority.clock().getTime()
    const known = kept.get(key)
    if (known && isFresh(known, now)) return known
    await admit()
    const answer = await this.#sign(issuer, [id], undefined)
    kept.delete(key)
    // Serial numbers that we never issued are without end: they must not push the others out.
    if (answer.isKept) kept.set(key, answer)
    const [oldest] = kept.keys()
    if (kept.size > MAX_KEPT_ANSWERS && oldest !== undefined) kept.delete(oldest)
    return answer
  }

  async #sign(
    issuer: Issuer,
    ids: readonly OcspCertificateId[],
    nonce: Buffer | undefined,
  ): Promise<SignedAnswer> {
    await requireGoodClock(this.#authority)
    const signer = await this.#signers.signerOf(issuer)
    const issuerIds = this.#sameAs(issuer.id)
    const statuses = await this.#authority.store.read((reading) =>
      Promise.all(ids.map(({ serialNumber }) => statusOf(reading, issuerIds, serialNumber))),
    )
    const thisUpdate = truncateToSecond(this.#authority.clock())
    const wished = addDuration(thisUpdate, OCSP_LIFE)
    const nextUpdate = wished < signer.notAfter ? wished : signer.notAfter
    const answers = ids.map(({ encoding }, index) => ({
      certificateId: encoding,
      status: statuses[index] ?? NEVER_ISSUED,
    }))
    const der = buildOcspResponse({ answers, thisUpdate, nextUpdate, nonce }, signer)
    return { der, thisUpdate, nextUpdate, isKept: !statuses.includes(NEVER_ISSUED) }
  }

  /** Whoever names the issuer by its name and key may mean any of these. */
  #sameAs(issuerId: string): readonly string[] {
    const found = this.#issuers.get(issuerId)
    return found
      ? indistinguishableFrom(found.issuer, this.#authority.issuers).map(({ id }) => id)
      : []
  }
}

const statusOf = async (
  reading: Reading,
  issuerIds: readonly string[],
  serialNumber: SerialNumber,
): Promise<OcspStatus> => {
  for (const issuerId of issuerIds) {
    const found = await reading.findRevocation(issuerId, serialNumber)
    if (found) return { kind: 'revoked', at: new Date(found.revokedAt), reason: found.reason }
  }
  const rows = await reading.listCertificatesWithSerial(serialNumber)
  const isIssued = rows.some(
    ({ issuerId, state }) => state === 'issued' && issuerIds.includes(issuerId),
  )
  return isIssued ? GOOD : NEVER_ISSUED
}

const GOOD: OcspStatus = { kind: 'good' }
const NEVER_ISSUED: OcspStatus = { kind: 'never-issued' }

const isFresh = ({ thisUpdate }: OcspDates, now: number): boolean =>
  thisUpdate.getTime() <= now && now < thisUpdate.getTime() + FRESH

const failureOf = (error: unknown): OcspFailure => {
  if (!isEasycertsError(error)) return 'internalError'
  if (error.code === 'ERR_DER_MALFORMED') return 'malformedRequest'
  return error.retry ? 'tryLater' : 'internalError'
}

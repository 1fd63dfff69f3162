import * as v from 'valibot'
import { type CanonicalValue, formatCanonicalJson, parseJson } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import type { TrustPurpose } from '../layout/index.ts'
import { ownKeys, serviceAccountKeys, trustedIssuers } from './trust-entry.ts'

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const version = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/))
const urls = v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.maxLength(64))

const issuersByPurpose = {
  'client-ca': trustedIssuers,
  'server-ca': trustedIssuers,
  'etcd-client': trustedIssuers,
  'etcd-peer': trustedIssuers,
  'front-proxy': trustedIssuers,
  enrolment: trustedIssuers,
} satisfies Record<TrustPurpose, v.GenericSchema>

/** Fields and purposes that this release does not know are kept, for one that does. */
export const trustDocumentSchema = v.looseObject({
  format: v.literal(1),
  cluster: v.looseObject({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(253)),
    /** Of the store, random: two CAs of one name are two. */
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  }),
  /** Grows with each restore of a backup. */
  epoch: counter,
  version,
  issuedAt: instant,
  /** A document past this still counts: whoever uses it warns. */
  expiresAt: instant,
  endpoints: v.looseObject({ join: urls, node: urls }),
  /** Those who sign this document and the next. */
  trustKeys: ownKeys,
  /** Those who sign heads of the issuance log. */
  logKeys: ownKeys,
  purposes: v.looseObject({ ...issuersByPurpose, 'service-account': serviceAccountKeys }),
})

/** What a cluster trusts, for what, in which order of versions. */
export type TrustDocument = v.InferOutput<typeof trustDocumentSchema>

/** A document of a hundred masters with a dozen CAs for each purpose is below this. */
export const MAX_TRUST_OCTETS = 256 * 1024

/** The octets that are signed: RFC 8785 canonical JSON. */
export const formatTrustDocument = (document: TrustDocument): Buffer =>
  Buffer.from(formatCanonicalJson(document as CanonicalValue), 'utf8')

/** The inverse, for exactly that form; nobody is asked who signed. ERR_TRUST_MALFORMED. */
export const parseTrustDocument = (octets: Uint8Array): TrustDocument => {
  if (octets.length > MAX_TRUST_OCTETS) throw malformedTrust('it is too long')
  const value = parseJson(Buffer.from(octets).toString('utf8'))
  if (!isCanonical(value, octets)) throw malformedTrust('it is not canonical JSON')
  const parsed = v.safeParse(trustDocumentSchema, value)
  if (parsed.success) {
    // The schema library drops `prototype` and `constructor` without a word.
    if (isCanonical(parsed.output, octets)) return parsed.output
    throw malformedTrust('it has a name that would be lost')
  }
  throw malformedTrust(`field "${v.getDotPath(parsed.issues[0]) ?? 'document'}" is invalid`)
}

/** One document, one text: no name stands there twice, for two readers to read two things. */
const isCanonical = (value: unknown, octets: Uint8Array): boolean => {
  try {
    return Buffer.from(formatCanonicalJson(value as CanonicalValue), 'utf8').equals(octets)
  } catch {
    return false
  }
}

export const malformedTrust = (reason: string) =>
  new EasycertsError('ERR_TRUST_MALFORMED', `this is no trust document: ${reason}`)

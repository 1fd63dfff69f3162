import { decodePemBlocks } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import type { NodeCertificate } from '@easycerts/shared/layout'
import { decideRenewal } from '@easycerts/shared/renewal'
import {
  buildCertificateRequest,
  type Certificate,
  certificatePem,
  findOutOfDate,
  parseCertificate,
  parseCertificatePem,
} from '@easycerts/shared/x509'
import type { RouteReply } from '@easycerts/shared/api'
import type { Outcome } from '../machine/index.ts'
import { hasExpectedNames } from '../plan/expected-names.ts'
import { certificatesOf } from '../plan/layout-of-node.ts'
import { findCertificate, findKey, isIssuedByOneOf } from './find-certificate.ts'
import { mapBounded } from './map-bounded.ts'
import { type Place, publish } from './publish.ts'

export interface CertificateWish {
  readonly facts: RouteReply<'node'>
  readonly keyAlgorithm: KeyAlgorithm
  /** Sends a request for a profile and gives the certificate's PEM. */
  readonly ask: (profile: string, csr: string) => Promise<string>
  /** The CA's clock as far as we know it. */
  readonly now: () => Date
}

export interface ObtainedCertificate {
  readonly profile: string
  readonly path: string
  readonly state: 'issued' | 'kept'
  readonly notAfter: Date
}

export interface ObtainedCertificates {
  readonly certificates: readonly ObtainedCertificate[]
  readonly changed: readonly string[]
}

/** Requests under way at once: enough to hide a round trip, few enough for a herd of nodes. */
const WIDTH = 4

interface Held {
  readonly row: NodeCertificate
  readonly certificate: Certificate
  /** Of a certificate that has just been issued. */
  readonly key?: ExportableKey
}

/** Every certificate of the role: kept if it is good for long enough, else asked for and published. */
export const obtainCertificates = async (
  place: Place,
  wish: CertificateWish,
): Promise<Outcome<ObtainedCertificates>> => {
  const authorities = authoritiesOf(wish.facts)
  const held = await mapBounded(
    certificatesOf(wish.facts.node),
    WIDTH,
    async (row): Promise<Held> => {
      const kept = findGood(row, authorities, place, wish)
      return kept ? { row, certificate: kept } : await obtain(row, authorities, place, wish)
    },
  )
  const changed = await publishGroups(place, held)
  const certificates = held.map(({ row, certificate, key }) => ({
    profile: row.profile,
    path: row.certificate,
    state: key ? ('issued' as const) : ('kept' as const),
    notAfter: certificate.validity.notAfter,
  }))
  const issued = held.filter(({ key }) => key).length
  return {
    value: { certificates, changed },
    done: `${issued} certificates issued, ${held.length - issued} already there`,
  }
}

/** CAs of the cluster; the enrolment issuer's certificates are for easycerts alone. */
const authoritiesOf = ({ trustBundles }: RouteReply<'node'>): Certificate[] =>
  Object.entries(trustBundles)
    .filter(([purpose]) => purpose !== 'enrolment')
    .flatMap(([, pem]) => decodePemBlocks(pem).map(({ der }) => parseCertificate(der)))

const findGood = (
  row: NodeCertificate,
  authorities: readonly Certificate[],
  place: Place,
  { facts, now }: CertificateWish,
): Certificate | undefined => {
  const found = findCertificate(row, authorities, place)
  const { certificate } = found
  if (!certificate || decideRenewal(found, now()).renew) return undefined
  return hasExpectedNames(row.profile, certificate, facts) ? certificate : undefined
}

const obtain = async (
  row: NodeCertificate,
  authorities: readonly Certificate[],
  place: Place,
  { keyAlgorithm, ask, now }: CertificateWish,
): Promise<Held> => {
  const old = row.keyRotation === 'keep' ? findKey(row, place) : undefined
  const key = old ?? (await generateSigningKey(keyAlgorithm))
  const certificate = parseCertificatePem(await ask(row.profile, buildCertificateRequest(key)))
  const objection = objectionTo(certificate, key, authorities, now())
  if (objection !== undefined)
    throw new EasycertsError('ERR_CA_REPLY_INVALID', `certificate for ${row.profile} ${objection}`)
  return { row, certificate, key }
}

const objectionTo = (
  certificate: Certificate,
  key: ExportableKey,
  authorities: readonly Certificate[],
  now: Date,
): string | undefined => {
  if (certificate.pin !== key.publicKey.pin) return 'is for another key'
  if (!isIssuedByOneOf(certificate, authorities)) return 'is of a CA that no bundle holds'
  return findOutOfDate([certificate], now) ? 'is not valid now' : undefined
}

/** Groups switch one after the other, each at once; in it the key comes before its certificate. */
const publishGroups = async (place: Place, held: readonly Held[]): Promise<string[]> => {
  const changed: string[] = []
  for (const group of new Set(held.map(({ row }) => row.group))) {
    const files = held.flatMap(({ row, certificate, key }) =>
      row.group === group && key
        ? [
            { path: row.key, content: key.exportPem(), mode: 0o600, owner: row.owner },
            { path: row.certificate, content: certificatePem(certificate), mode: 0o644 },
          ]
        : [],
    )
    if (files.length > 0) changed.push(...(await publish(place, `group-${group}`, files)))
  }
  return changed
}

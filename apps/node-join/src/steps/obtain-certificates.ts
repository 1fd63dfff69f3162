import { decodePemBlocks } from '@easycerts/shared/encoding'
import type { ExportableKey, KeyAlgorithm } from '@easycerts/shared/key'
import type { NodeCertificate } from '@easycerts/shared/layout'
import { decideRenewal, type RenewalReason } from '@easycerts/shared/renewal'
import {
  type Certificate,
  type CertificateChain,
  certificateChainPem,
  parseCertificate,
} from '@easycerts/shared/x509'
import type { Outcome } from '../machine/index.ts'
import type { JoinFacts } from '../plan/join-facts.ts'
import { hasExpectedNames } from '../plan/expected-names.ts'
import { adoptedRow, type Adoption, judgeAdopted } from '../adoption/index.ts'
import { caBundleFilesOf, heldCertificates } from '../plan/layout-of-node.ts'
import type { PlannedFile } from '../plan/planned-file.ts'
import { findCertificate, findKey } from './find-certificate.ts'
import { mapBounded } from './map-bounded.ts'
import { type Place, publish } from './publish.ts'
import { requestCertificate, type Requesting } from './request-certificate.ts'

export interface CertificateWish extends Pick<Requesting, 'ask' | 'now' | 'awaitValidity'> {
  readonly facts: JoinFacts
  readonly keyAlgorithm: KeyAlgorithm
  readonly adoption?: Adoption | undefined
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
  readonly chain?: CertificateChain
}

/** Every certificate of the role: kept if it is good for long enough, else asked for and published. */
export const obtainCertificates = async (
  place: Place,
  wish: CertificateWish,
): Promise<Outcome<ObtainedCertificates>> => {
  const { ask, now, awaitValidity, adoption } = wish
  const authorities = authoritiesOf(wish.facts)
  const requesting = { ask, now, authorities, awaitValidity }
  const held = await mapBounded(
    heldCertificates({ node: wish.facts.node, adoption }),
    WIDTH,
    async (row): Promise<Held> => {
      const verdict = judgeCertificate(row, authorities, place, wish)
      if (verdict.kind === 'keep') return { row, certificate: verdict.certificate }
      const { profile, keyRotation } = row
      const key = keyRotation === 'keep' ? findKey(row, place) : undefined
      const old = adoption && adoptedRow(adoption, profile)
      const keyAlgorithm = old?.spec.request.algorithm ?? wish.keyAlgorithm
      return { row, ...(await requestCertificate({ profile, key, keyAlgorithm }, requesting)) }
    },
  )
  const changed = await publishGroups(place, held, adoption)
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
export const authoritiesOf = ({ node, trustBundles }: JoinFacts): Certificate[] =>
  caBundleFilesOf(node)
    .filter(({ purpose }) => purpose !== 'enrolment')
    .flatMap(({ purpose }) => decodePemBlocks(trustBundles[purpose] ?? ''))
    .map(({ der }) => parseCertificate(der))

/** What becomes of a certificate: kept as it is, or asked for, and why. */
export type CertificateVerdict =
  | { readonly kind: 'keep'; readonly certificate: Certificate }
  | { readonly kind: 'ask'; readonly reason: RenewalReason | 'names-differ' }

/** Reads only. */
export const judgeCertificate = (
  row: NodeCertificate,
  authorities: readonly Certificate[],
  place: Place,
  { facts, now, adoption }: Pick<CertificateWish, 'now' | 'facts' | 'adoption'>,
): CertificateVerdict => {
  const old = adoption && adoptedRow(adoption, row.profile)
  if (old) return judgeAdopted(old, { authorities, machine: place.machine, facts, now: now() })
  const found = findCertificate(row, authorities, place)
  const decision = decideRenewal(found, now())
  if (decision.renew) return { kind: 'ask', reason: decision.reason }
  const { certificate } = found
  return certificate && hasExpectedNames(row.profile, certificate, facts)
    ? { kind: 'keep', certificate }
    : { kind: 'ask', reason: 'names-differ' }
}

/** Groups switch one after the other, each at once; in it the key comes before its certificate. */
const publishGroups = async (
  place: Place,
  held: readonly Held[],
  adoption: Adoption | undefined,
): Promise<string[]> => {
  const changed: string[] = []
  for (const group of new Set(held.map(({ row }) => row.group))) {
    const files = held.flatMap(({ row, chain, key }) =>
      row.group === group && key && chain
        ? [
            { path: row.key, content: key.exportPem(), ...ownershipOf(row, 'key', adoption) },
            {
              path: row.certificate,
              content: certificateChainPem(chain),
              ...ownershipOf(row, 'certificate', adoption),
            },
          ]
        : [],
    )
    if (files.length > 0) changed.push(...(await publish(place, `group-${group}`, files)))
  }
  return changed
}

/** That of the old certmgr's file, or what ours have. */
const ownershipOf = (
  { profile, owner }: NodeCertificate,
  part: 'certificate' | 'key',
  adoption: Adoption | undefined,
): Pick<PlannedFile, 'mode' | 'owner' | 'group'> => {
  const old = (adoption && adoptedRow(adoption, profile))?.[part]
  if (old) return { owner: old.owner, group: old.group, mode: Number.parseInt(old.mode, 8) }
  return part === 'key' ? { owner, mode: 0o600 } : { mode: 0o644 }
}

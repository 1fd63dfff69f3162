import {
  encodeTemplate,
  LEGACY_SERIAL_OCTETS,
  randomSerialNumber,
} from '@easycerts/cfssl/certificate-template'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  authorize,
  type Grant,
  type LegacyWish,
  lintLegacy,
  refusal,
  type Requester,
} from '@easycerts/shared/issuance'
import { parseHost } from '@easycerts/shared/cluster'
import type { Profile } from '@easycerts/shared/profile'
import { addDuration, type Duration, minutes } from '@easycerts/shared/time'
import { type Certificate, formatSubject, type Validity } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import { certifyLinted } from '../certify-linted.ts'
import { requireGoodClock } from '../held-clock.ts'
import type { Issuer } from '../issuers.ts'
import { refuseKeyOfCa } from '../refuse-key-of-ca.ts'
import { tellingRefusals } from '../refusals.ts'
import { legacyCertificateOf } from './legacy-certificate-of.ts'
import type { LegacyIssuance } from './legacy-issuance.ts'
import { recordLegacy } from './record-legacy.ts'
import { repeatLegacy } from './repeat-legacy.ts'

/**
 * The same way to a certificate as every other: authorise, build, lint, intent durable, sign, record
 * durable. Only the form of its octets is cfssl's.
 */
export const issueLegacy = (authority: Authority, wish: LegacyIssuance): Promise<Certificate> => {
  const { template, issuer } = wish
  const { facts, meant, asked, requester } = askedOf(authority, wish)
  const encoding = encodeTemplate(template, facts)
  const work = async (): Promise<Certificate> => {
    const grant = await grantOf(authority, requester, wish)
    refuseKeyOfCa(authority, requester, template.publicKey)
    const before = await repeatLegacy(authority, wish, asked)
    if (before) return before
    await requireGoodClock(authority)
    requireLife(issuer, asked.at)
    return certifyLinted(authority, {
      linted: lintLegacy(encoding, meant, grant, issuer),
      issuer,
      now: asked.at,
      requester,
      needsClock: true,
      profile: `cfssl/${wish.signingProfile}`,
      subject: formatSubject(grant.subject),
      keyPin: template.publicKey.pin,
      withRecord: (writing, certificate) => recordLegacy(writing, wish, asked, certificate),
    })
  }
  return tellingRefusals(authority, { requester, profile: wish.signingProfile }, work)
}

/** Lets another CA sign what policy has passed here; its certificate is no record, its use is counted. */
export const passOnLegacy = (
  authority: Authority,
  wish: LegacyIssuance,
  forward: () => Promise<Certificate>,
): Promise<Certificate> => {
  const { asked, requester } = askedOf(authority, wish)
  const work = async (): Promise<Certificate> => {
    await grantOf(authority, requester, wish)
    refuseKeyOfCa(authority, requester, wish.template.publicKey)
    const certificate = await forward()
    const unrepeated = { ...wish, requestHash: undefined }
    await authority.store.transact((writing) =>
      recordLegacy(writing, unrepeated, asked, certificate),
    )
    return certificate
  }
  return tellingRefusals(authority, { requester, profile: wish.signingProfile }, work)
}

/** What a wish comes to, before anybody has judged it. */
const askedOf = (authority: Authority, wish: LegacyIssuance) => {
  const { template, issuer, validity, key } = wish
  const facts = {
    serialNumber: wish.serialNumber ?? randomSerialNumber(authority.random(LEGACY_SERIAL_OCTETS)),
    validity: insideIssuer(validity, issuer),
    signatureAlgorithm: issuer.signatureAlgorithm,
    issuer: issuer.subject,
    issuerKeyIdentifier: issuer.keyIdentifier,
  }
  const meant = legacyCertificateOf(template, facts)
  const asked: LegacyWish = {
    profile: wish.signingProfile,
    commonName: meant.commonName,
    organizations: meant.organizations,
    names: meant.names,
    address: wish.address,
    at: authority.clock(),
  }
  const requester: Requester = { kind: 'legacy', key, wish: asked }
  return { facts, meant, asked, requester }
}

/** The one profile behind every signing profile, whose form and life are those of cfssl. */
const PROFILE = 'legacy'

/** Names of masters are reserved as those of kube-apiserver are: it is what answers there. */
const grantOf = async (
  authority: Authority,
  requester: Requester,
  { validity, template, mayBeCa, issuer }: LegacyIssuance,
): Promise<Grant> => {
  const profile = authority.policy.current().profiles.get(PROFILE)
  if (!profile || issuer.purpose === 'enrolment')
    throw refusal(
      'ERR_PROFILE_NOT_PERMITTED',
      'legacy-profile',
      'nothing is issued in the form of cfssl by this issuer',
    )
  const { isCa } = template.basicConstraints
  if (isCa && !mayBeCa)
    throw refusal('ERR_PROFILE_NOT_PERMITTED', 'legacy-ca', 'no CA is made here below this one')
  const life = (validity.notAfter.getTime() - validity.notBefore.getTime()) as Duration
  const ofCfssl: Profile = {
    ...profile,
    life,
    issuer: issuer.purpose,
    lintLevel: isCa ? 'cfssl-ca' : 'cfssl-compat',
  }
  const masters = await authority.store.read((reading) => reading.listMasters())
  const hostsOfMasters = masters.flatMap(({ name, hosts }) => [parseHost(name), ...hosts])
  const { cluster, hosts } = authority
  return authorize(requester, ofCfssl, { cluster, caHosts: [...hosts, ...hostsOfMasters] }, life)
}

/** cfssl lets certificates outlive their CA; verifiers do not, and nor do we. */
const insideIssuer = ({ notBefore, notAfter }: Validity, issuer: Validity): Validity => ({
  notBefore: notBefore < issuer.notBefore ? issuer.notBefore : notBefore,
  notAfter: notAfter > issuer.notAfter ? issuer.notAfter : notAfter,
})

const MIN_REMAINING = minutes(1)

const requireLife = ({ id, notAfter }: Issuer, now: Date): void => {
  if (notAfter < addDuration(now, MIN_REMAINING))
    throw new EasycertsError(
      'ERR_ISSUER_EXPIRES_FIRST',
      `issuer ${id} ends at ${notAfter.toISOString()}`,
    )
}

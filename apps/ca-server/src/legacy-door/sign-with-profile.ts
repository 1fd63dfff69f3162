import {
  buildTemplate,
  serialNumberOfInteger,
  validityOfProfile,
} from '@easycerts/cfssl/certificate-template'
import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import {
  readCertificationRequest,
  type SignerRequest,
  type SignRequest,
} from '@easycerts/cfssl/sign-request'
import type { SigningProfile } from '@easycerts/cfssl/signing-config'
import { type EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import type { LegacyKey } from '@easycerts/shared/issuance'
import type { Certificate, SerialNumber } from '@easycerts/shared/x509'
import { issueLegacy, type LegacyIssuance, passOnLegacy } from '../authority/index.ts'
import { forwardRequest } from './forward-request.ts'
import type { LegacyCall } from './legacy-call.ts'
import type { LegacyDesk, LegacyRoot } from './legacy-desk.ts'

/** What is to be signed, by which profile, and whoever asks for it. */
export interface SignWish {
  readonly key: LegacyKey
  readonly profile: SigningProfile
  readonly request: SignRequest & Partial<SignerRequest>
  /** Of an authenticated request, hex; left out where each call gets a certificate of its own. */
  readonly requestHash?: string | undefined
}

/** A certificate of this root as cfssl would have issued it, or the failure that cfssl would have told. */
export const signWithProfile = async (
  { authority, switches, sameRequests }: LegacyDesk,
  { issuer }: LegacyRoot,
  { key, profile, request, requestHash }: SignWish,
  { address }: LegacyCall,
): Promise<Certificate> => {
  const { remote } = profile
  const { knownBadKeys } = authority.policy.current()
  const csr = readCertificationRequest(request.certificateRequest, knownBadKeys)
  const template = buildTemplate({
    profile: remote ? { ...profile, usages: ANY_USAGE } : profile,
    csr,
    request,
    issuer: issuer.certificate.basicConstraints,
    copiesExtensions: switches.has('copied-extensions'),
  })
  const serialNumber = switches.has('client-serial-numbers')
    ? serialNumberOf(profile, request.serial)
    : undefined
  try {
    const issuance: LegacyIssuance = {
      key,
      issuer,
      template,
      serialNumber,
      requestHash,
      address,
      signingProfile: profile.name,
      validity: validityOfProfile(profile, authority.clock(), request),
      mayBeCa: switches.has('ca-certificates'),
    }
    if (remote)
      return await passOnLegacy(authority, issuance, () => forwardRequest(remote, request))
    const issue = (): Promise<Certificate> => issueLegacy(authority, issuance)
    return await (requestHash === undefined ? issue() : sameRequests.run(requestHash, issue))
  } catch (error) {
    throw isEasycertsError(error) ? asFailure(error) : error
  }
}

/** A profile of another CA needs none here, where its wish is only judged. */
const ANY_USAGE = ['server auth']

/** Undefined: one is drawn. CfsslFailure 1400 or 1000. */
const serialNumberOf = (
  { clientProvidesSerialNumbers }: SigningProfile,
  serial: bigint | undefined,
): SerialNumber | undefined => {
  if (!clientProvidesSerialNumbers) return undefined
  if (serial === undefined) throw cfsslError(1400, 'Missing serial number in request')
  if (serial < 0n) throw cfsslError(1000, 'x509: serial number must be positive')
  return serialNumberOfInteger(serial)
}

/** certmgr asks no more after these very words; what the rule was is for our own log. */
const asFailure = (error: EasycertsError): Error => {
  if (error.rule === undefined) return error
  const failure =
    error.code === 'ERR_LINT_FAILED'
      ? cfsslError(5300, 'Policy violation request')
      : badRequest('not authorised')
  failure.cause = error
  return failure
}

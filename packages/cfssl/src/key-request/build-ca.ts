import { bitString, sequence } from '@easycerts/shared/asn1'
import { isEasycertsError } from '@easycerts/shared/errors'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '@easycerts/shared/key'
import { parseGoDuration } from '@easycerts/shared/legacy-certmgr'
import { type Duration, hours } from '@easycerts/shared/time'
import type { SerialNumber } from '@easycerts/shared/x509'
import { buildTemplate, encodeTemplate, validityOfProfile } from '../certificate-template/index.ts'
import { cfsslError, goError } from '../protocol/index.ts'
import { bareProfile, type SigningProfile } from '../signing-config/index.ts'
import { readCertificationRequest } from '../sign-request/index.ts'
import { encodeLegacyName } from '../subject/index.ts'
import { buildKeyRequest } from './build-request.ts'
import type { KeyRequest } from './key-request.ts'

export interface NewCaFacts {
  readonly key: SigningKey
  readonly serialNumber: SerialNumber
  readonly now: Date
}

/** Five years of 8760 hours. */
const EXPIRY = hours(43_800)

/** DER of a CA that signs itself. CfsslFailure 5300 for one without a subject; 500 for a bad duration. */
export const buildCa = (request: KeyRequest, { key, serialNumber, now }: NewCaFacts): Buffer => {
  const profile = profileOf(request)
  const csr = readCertificationRequest(buildKeyRequest(request, key))
  const template = buildTemplate({
    profile,
    csr,
    request: PLAIN,
    issuer: undefined,
    copiesExtensions: false,
  })
  const tbs = encodeTemplate(template, {
    serialNumber,
    validity: validityOfProfile(profile, now),
    signatureAlgorithm: key.algorithm,
    issuer: encodeLegacyName(template.subject),
    issuerKeyIdentifier: undefined,
  })
  const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
  return sequence(tbs, signature, bitString(key.sign(tbs)))
}

/** CfsslFailure 5300. */
export const requireSubject = ({ commonName, names }: KeyRequest): void => {
  const isNamed = names.some((name) =>
    [name.country, name.province, name.locality, name.organization, name.organizationalUnit].some(
      (value) => value !== '',
    ),
  )
  if (commonName === '' && !isNamed) throw cfsslError(5300, 'missing subject information')
}

const PLAIN = {
  hosts: undefined,
  certificateRequest: '',
  subject: undefined,
  profile: '',
  label: '',
  serial: undefined,
  bundle: false,
}

const profileOf = ({ ca, crlUrl }: KeyRequest): SigningProfile => ({
  ...bareProfile({
    usages: ['cert sign', 'crl sign'],
    expiry: durationOf(ca?.expiry ?? '') ?? EXPIRY,
    expiryText: '43800h',
  }),
  backdate: durationOf(ca?.backdate ?? ''),
  crlUrl,
  caConstraint: {
    isCa: true,
    maxPathLength: ca?.pathLength ?? 0,
    isMaxPathLengthZero: ca?.isPathLengthZero ?? false,
  },
})

/** Undefined for none. CfsslFailure 500 with Go's text. */
const durationOf = (text: string): Duration | undefined => {
  if (text === '') return undefined
  try {
    return parseGoDuration(text)
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    throw goError(faultOf(text))
  }
}

const faultOf = (text: string): string => {
  const quoted = JSON.stringify(text.slice(0, 40))
  const unit = /^[+-]?(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))*\d+(?:\.\d*)?([^\d.]*)/.exec(
    text,
  )?.[1]
  if (unit === undefined) return `time: invalid duration ${quoted}`
  return unit === ''
    ? `time: missing unit in duration ${quoted}`
    : `time: unknown unit ${JSON.stringify(unit.slice(0, 40))} in duration ${quoted}`
}

import type { NodeFacts } from '@easycerts/shared/cluster'
import {
  authorize,
  buildTbs,
  checkRequest,
  type Grant,
  intendedBy,
  lint,
} from '@easycerts/shared/issuance'
import { signCertificate } from '@easycerts/shared/issuance'
import { generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import { BUILT_IN_PROFILES, type IssuerPurpose, type Profile } from '@easycerts/shared/profile'
import { addDuration, days, type Duration } from '@easycerts/shared/time'
import {
  buildSerialNumber,
  type Certificate,
  parseCertificate,
  parseCertificateRequest,
  type TbsCertificate,
} from '@easycerts/shared/x509'
import { type Issuer, issuerOf } from '../../apps/ca-server/src/authority/issuers.ts'
import { createIssuerCertificate } from '../../apps/ca-server/src/issuer-ceremony/create-issuer.ts'
import { factsOf, requesterFor } from './requesters.ts'
import { ADMIN_MASTER, NOW } from './sample-cluster.ts'

export interface IssuerOptions {
  readonly algorithm?: KeyAlgorithm
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** A CA made by the same ceremony as a real one. */
export const createTestIssuer = async (
  purpose: IssuerPurpose,
  {
    algorithm = 'ecdsa-p256',
    notBefore = addDuration(NOW, days(-1)),
    notAfter = addDuration(NOW, days(3650)),
  }: IssuerOptions = {},
): Promise<Issuer> => {
  const key = await generateSigningKey(algorithm)
  const der = await createIssuerCertificate({
    commonName: `lab ${purpose} g1`,
    serialNumber: nextSerialNumber(notBefore),
    notBefore,
    notAfter,
    key,
  })
  return issuerOf(`${purpose}-g1`, purpose, [parseCertificate(der)], key)
}

let drawn = 0
/** Never the same twice, and the same in every run. */
const nextSerialNumber = (now: Date) => {
  const random = Buffer.alloc(10)
  random.writeUInt32BE(++drawn, 6)
  return buildSerialNumber(now, random)
}

export const builtInProfile = (name: string): Profile => {
  const profile = BUILT_IN_PROFILES.find((each) => each.name === name)
  if (!profile) throw new Error(`there is no profile ${name}`)
  return profile
}

export interface IssueWish {
  /** A built-in one by name, or a row of the test's own. */
  readonly profile: string | Profile
  /** PEM. */
  readonly request: string
  readonly node?: NodeFacts
  readonly now?: Date
  readonly life?: Duration
}

export interface Issued {
  readonly grant: Grant
  /** What was signed. */
  readonly tbs: TbsCertificate
  readonly certificate: Certificate
}

/** The pipeline of `issueCertificate` without its store: the intent is durable because we say so. */
export const issueFrom = (
  issuer: Issuer,
  { profile: wished, request: pem, node = ADMIN_MASTER, now = NOW, life }: IssueWish,
): Issued => {
  const found = typeof wished === 'string' ? builtInProfile(wished) : wished
  // Lives beyond those of the table are what configurations are for.
  const profile = life === undefined ? found : { ...found, maxLife: life }
  const { name } = profile
  const request = parseCertificateRequest(pem)
  const grant = authorize(requesterFor(name, node), profile, factsOf(node), life ?? profile.life)
  checkRequest(request, grant)
  const serialNumber = nextSerialNumber(now)
  const tbs = buildTbs(grant, request.publicKey, issuer, { serialNumber, now })
  const intended = intendedBy(lint(tbs, grant, issuer), serialNumber)
  const certificate = parseCertificate(signCertificate(intended, issuer.key))
  return { grant, tbs, certificate }
}

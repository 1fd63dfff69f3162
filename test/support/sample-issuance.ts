import { authorize, buildTbs, type Grant, type IssuerFacts } from '@easycerts/shared/issuance'
import { generateSigningKey, type KeyAlgorithm, type PublicKey } from '@easycerts/shared/key'
import { BUILT_IN_PROFILES, type IssuerPurpose } from '@easycerts/shared/profile'
import { addDuration, days } from '@easycerts/shared/time'
import { encodeSubject, type SerialNumber, type TbsCertificate } from '@easycerts/shared/x509'
import { factsOf, requesterFor } from './requesters.ts'
import { NOW } from './sample-cluster.ts'

export const SERIAL_NUMBER = '0100112233445566778899aabbccddeeff' as SerialNumber

/** An issuer as the pipeline sees it, without a key. */
export const issuerFacts = (purpose: IssuerPurpose): IssuerFacts => ({
  id: `${purpose}-g1`,
  purpose,
  subject: encodeSubject({ commonName: `lab ${purpose} g1`, organizations: [] }),
  keyIdentifier: Buffer.alloc(20, 7),
  signatureAlgorithm: 'ecdsa-p256',
  notBefore: addDuration(NOW, days(-1)),
  notAfter: addDuration(NOW, days(3650)),
  nameConstraints: [],
  authorities: [{ basicConstraints: { isCa: true, pathLength: 0 }, keyUsage: ['keyCertSign'] }],
})

const keys = new Map<KeyAlgorithm, Promise<PublicKey>>()

/** A public key of the kind, the same at each call. */
export const samplePublicKey = (algorithm: KeyAlgorithm): Promise<PublicKey> => {
  const made = keys.get(algorithm) ?? generateSigningKey(algorithm).then((key) => key.publicKey)
  keys.set(algorithm, made)
  return made
}

/** A built-in profile's grant and certificate for the sample master, ready to be linted. */
export const sampleTbs = async (
  name: string,
  algorithm: KeyAlgorithm = 'ecdsa-p256',
): Promise<{ grant: Grant; tbs: TbsCertificate; issuer: IssuerFacts }> => {
  const profile = BUILT_IN_PROFILES.find((each) => each.name === name)
  if (!profile) throw new Error(`there is no profile ${name}`)
  const grant = authorize(requesterFor(name), profile, factsOf(), profile.life)
  const issuer = issuerFacts(profile.issuer)
  const publicKey = await samplePublicKey(algorithm)
  const tbs = buildTbs(grant, publicKey, issuer, { serialNumber: SERIAL_NUMBER, now: NOW })
  return { grant, tbs, issuer }
}

import { randomBytes } from 'node:crypto'
import {
  bitString,
  contextConstructed,
  OID,
  sequence,
  smallInteger,
  time,
  TRUE,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { type Host, parseHost } from '@easycerts/shared/cluster'
import { type ExportableKey, generateSigningKey, KEY_ALGORITHM_ROWS } from '@easycerts/shared/key'
import {
  authorityKeyIdentifier,
  type Certificate,
  certificatePem,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeGeneralName,
  encodeKeyUsage,
  encodeSubject,
  type ExtendedKeyUsage,
  type Extension,
  keyIdentifierOf,
  type KeyUsage,
  parseCertificate,
  subjectKeyIdentifier,
} from '@easycerts/shared/x509'

/** A certificate and its key, whether anybody should have issued it or not. */
export interface Forged {
  readonly certificate: Certificate
  readonly key: ExportableKey
  readonly pem: string
  /** What its children name it by, if that is not its key's. */
  readonly keyIdentifier?: Buffer
}

export interface Forgery {
  readonly commonName: string
  readonly organizations?: readonly string[]
  /** Signed by this one; by itself if absent. */
  readonly issuer?: Forged
  /** Another's name in the issuer field, to pose as its child. */
  readonly claimedIssuer?: Forged
  readonly isCa?: boolean
  readonly pathLength?: number
  readonly hosts?: readonly string[]
  readonly purposes?: readonly ExtendedKeyUsage[]
  readonly from?: Date
  readonly until?: Date
  readonly key?: ExportableKey
  /** Instead of those that its kind has. */
  readonly keyUsages?: readonly KeyUsage[]
  /** Beside the usual ones. */
  readonly extensions?: readonly Extension[]
  /** Stands where its own key should. */
  readonly spki?: Buffer
  /** Stands where its own key's should: a twin of another CA. */
  readonly keyIdentifier?: Buffer
}

const HOUR = 3_600_000

export const forgeCertificate = async (forgery: Forgery): Promise<Forged> => {
  const key = forgery.key ?? (await generateSigningKey('ecdsa-p256'))
  const { commonName, organizations = [] } = forgery
  const subject = encodeSubject({ commonName, organizations })
  const issuerKey = forgery.issuer?.key ?? key
  const posedIssuer = forgery.claimedIssuer ?? forgery.issuer
  const named = posedIssuer?.certificate
  const ownIdentifier = forgery.keyIdentifier ?? keyIdentifierOf(key.publicKey.spki)
  const issuersIdentifier =
    posedIssuer?.keyIdentifier ?? (named ? keyIdentifierOf(named.spki) : ownIdentifier)
  const tbs = sequence(
    contextConstructed(0, smallInteger(2)),
    unsignedInteger(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    KEY_ALGORITHM_ROWS[issuerKey.algorithm].signature,
    named?.subjectDer ?? subject,
    sequence(
      time(forgery.from ?? new Date(Date.now() - HOUR)),
      time(forgery.until ?? new Date(Date.now() + HOUR)),
    ),
    subject,
    forgery.spki ?? key.publicKey.spki,
    contextConstructed(
      3,
      sequence(...extensionsOf(forgery, ownIdentifier, issuersIdentifier).map(encodeExtension)),
    ),
  )
  const { signature } = KEY_ALGORITHM_ROWS[issuerKey.algorithm]
  const der = sequence(tbs, signature, bitString(issuerKey.sign(tbs)))
  const certificate = parseCertificate(der)
  const { keyIdentifier } = forgery
  const pem = certificatePem(certificate)
  return { certificate, key, pem, ...(keyIdentifier ? { keyIdentifier } : {}) }
}

export const forgeCa = (commonName: string, more: Partial<Forgery> = {}): Promise<Forged> =>
  forgeCertificate({ commonName, isCa: true, ...more })

/** What an honest ca-server would show on loopback, unless told otherwise. */
export const forgeServer = (issuer: Forged, more: Partial<Forgery> = {}): Promise<Forged> =>
  forgeCertificate({
    commonName: 'easycerts ca-server',
    issuer,
    hosts: ['127.0.0.1', 'localhost'],
    purposes: ['serverAuth'],
    ...more,
  })

const extensionsOf = (
  { isCa = false, pathLength, hosts = [], purposes = [], keyUsages, extensions = [] }: Forgery,
  own: Buffer,
  issuers: Buffer,
): Extension[] => [
  {
    oid: OID.basicConstraints,
    critical: true,
    value: isCa
      ? sequence(TRUE, ...(pathLength === undefined ? [] : [smallInteger(pathLength)]))
      : sequence(),
  },
  {
    oid: OID.keyUsage,
    critical: true,
    value: encodeKeyUsage(keyUsages ?? (isCa ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'])),
  },
  subjectKeyIdentifier(own),
  authorityKeyIdentifier(issuers),
  ...(purposes.length === 0
    ? []
    : [{ oid: OID.extKeyUsage, critical: false, value: encodeExtendedKeyUsage(purposes) }]),
  ...(hosts.length === 0 ? [] : [namesExtension(hosts.map(parseHost))]),
  ...extensions,
]

const namesExtension = (hosts: readonly Host[]): Extension => ({
  oid: OID.subjectAltName,
  critical: false,
  value: sequence(...hosts.map(encodeGeneralName)),
})

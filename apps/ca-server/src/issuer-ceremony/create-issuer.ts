import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { Crypto } from '@peculiar/webcrypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { bitString, sequence } from '@easycerts/shared/asn1'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '@easycerts/shared/key'
import {
  type Certificate,
  keyIdentifierOf,
  parseCertificate,
  type SerialNumber,
} from '@easycerts/shared/x509'

/** Everything about a new issuer; nothing is left to a default of the library. */
export interface IssuerWish {
  readonly commonName: string
  readonly serialNumber: SerialNumber
  readonly notBefore: Date
  readonly notAfter: Date
  /** Its own, wherever that lives. */
  readonly key: SigningKey
  /** The root above it; without one it signs itself. */
  readonly parent?: { readonly certificate: Certificate; readonly key: SigningKey }
  /** RFC 5280 §4.2.1.9: how many CAs may stand below; 0, as an issuer signs only leaves. */
  readonly pathLength?: number
}

type Algorithm = webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams | webcrypto.Algorithm

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const ALGORITHMS: Readonly<Record<SigningKey['algorithm'], Algorithm & { hash?: string }>> = {
  'ecdsa-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'ecdsa-p384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  'rsa-2048': RSA,
  'rsa-3072': RSA,
  'rsa-4096': RSA,
  ed25519: { name: 'Ed25519' },
}

/** The library wants a signature at once; ours is made by a key that it cannot hold. */
const PLACEHOLDER = Buffer.alloc(96, 1)

/**
 * DER of a CA certificate. Rare and slow, so what is to be signed is built by the general library
 * rather than by the hot path; the signature is the key's own, which may live in a token.
 */
export const createIssuerCertificate = async ({
  key,
  parent,
  ...wish
}: IssuerWish): Promise<Buffer> => {
  const signer = parent?.key ?? key
  const subject = new Name([{ CN: [wish.commonName] }])
  const draft = await X509CertificateGenerator.create(
    {
      serialNumber: wish.serialNumber,
      subject,
      issuer: parent ? new Name(parent.certificate.subjectDer) : subject,
      notBefore: wish.notBefore,
      notAfter: wish.notAfter,
      signingAlgorithm: ALGORITHMS[signer.algorithm],
      signature: PLACEHOLDER,
      publicKey: key.publicKey.spki,
      extensions: [
        new BasicConstraintsExtension(true, wish.pathLength ?? 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        new SubjectKeyIdentifierExtension(keyIdentifierOf(key.publicKey.spki).toString('hex')),
        ...(parent ? [new AuthorityKeyIdentifierExtension(identifierOf(parent.certificate))] : []),
      ],
    },
    // The library types itself by the browser's DOM; Node's own types name the same things.
    new Crypto(),
  )
  const { tbs } = parseCertificate(Buffer.from(draft.rawData))
  return sequence(tbs, KEY_ALGORITHM_ROWS[signer.algorithm].signature, bitString(signer.sign(tbs)))
}

const identifierOf = ({ spki }: Certificate): string => keyIdentifierOf(spki).toString('hex')

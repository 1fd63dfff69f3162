import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { Crypto } from '@peculiar/webcrypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { ExportableKey } from '@easycerts/shared/key'
import type { SerialNumber } from '@easycerts/shared/x509'

/** Everything about a new issuer; nothing is left to a default of the library. */
export interface IssuerWish {
  readonly commonName: string
  readonly serialNumber: SerialNumber
  readonly notBefore: Date
  readonly notAfter: Date
  readonly key: ExportableKey
}

type Algorithm = webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams | webcrypto.Algorithm

const ALGORITHMS: Readonly<Record<ExportableKey['algorithm'], Algorithm & { hash?: string }>> = {
  'ecdsa-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'ecdsa-p384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  'rsa-2048': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-3072': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-4096': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
}

/**
 * DER of a self-signed CA certificate (RFC 5280 §4.2.1.9: cA, pathLen 0 as it signs only leaves).
 * Rare and slow, so it is done by the general library rather than by the hot path.
 */
export const createIssuerCertificate = async ({ key, ...wish }: IssuerWish): Promise<Buffer> => {
  // The library types itself by the browser's DOM; Node's own types name the same things.
  const crypto = new Crypto() as unknown as webcrypto.Crypto
  const algorithm = ALGORITHMS[key.algorithm]
  const pkcs8 = key.keyObject.export({ type: 'pkcs8', format: 'der' })
  const [signingKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    crypto.subtle.importKey('spki', key.publicKey.spki, algorithm, true, ['verify']),
  ])
  const name = [{ CN: [wish.commonName] }]
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: wish.serialNumber,
      subject: name,
      issuer: name,
      notBefore: wish.notBefore,
      notAfter: wish.notAfter,
      signingAlgorithm: algorithm,
      signingKey,
      publicKey,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(publicKey, false, crypto),
      ],
    },
    crypto,
  )
  return Buffer.from(certificate.rawData)
}

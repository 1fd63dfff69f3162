import { OID, sequence, smallInteger, TRUE } from '@easycerts/shared/asn1'
import type { SigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequestWith,
  encodeExtension,
  encodeKeyUsage,
  keyIdentifierOf,
  subjectKeyIdentifier,
} from '@easycerts/shared/x509'

/**
 * PEM of a PKCS#10 request for an issuer below an external root, which asks for what an issuer must
 * be (RFC 5280 §4.2.1.9, §4.2.1.3, §4.2.1.2): a CA with path length 0, for certificates and CRLs.
 */
export const createIssuerRequest = (key: SigningKey, commonName: string): string =>
  buildCertificateRequestWith(
    key,
    { commonName, organizations: [] },
    [
      {
        oid: OID.basicConstraints,
        critical: true,
        value: sequence(TRUE, smallInteger(0)),
      },
      { oid: OID.keyUsage, critical: true, value: encodeKeyUsage(['keyCertSign', 'cRLSign']) },
      subjectKeyIdentifier(keyIdentifierOf(key.publicKey.spki)),
    ].map(encodeExtension),
  )

import {
  bitString,
  contextConstructed,
  sequence,
  smallInteger,
  time,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '@easycerts/shared/key'
import { authorityKeyIdentifier, encodeExtension, type SerialNumber } from '@easycerts/shared/x509'

export interface CfsslCrl {
  /** DER of the issuer's subject. */
  readonly issuer: Buffer
  /** Undefined: the issuer's certificate has none. */
  readonly issuerKeyIdentifier: Buffer | undefined
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly { readonly serialNumber: SerialNumber; readonly at: Date }[]
}

/**
 * A CRL as cfssl makes them: version 2, without a number and without reasons, which RFC 5280 §5.2.3
 * does not allow, and with an empty list where nothing is revoked.
 */
export const buildCfsslCrl = (crl: CfsslCrl, key: SigningKey): Buffer => {
  const { signature: algorithm } = KEY_ALGORITHM_ROWS[key.algorithm]
  const tbs = sequence(
    smallInteger(1),
    algorithm,
    crl.issuer,
    time(crl.thisUpdate),
    time(crl.nextUpdate),
    sequence(
      ...crl.revoked.map(({ serialNumber, at }) =>
        sequence(unsignedInteger(Buffer.from(serialNumber, 'hex')), time(at)),
      ),
    ),
    ...(crl.issuerKeyIdentifier
      ? [
          contextConstructed(
            0,
            sequence(encodeExtension(authorityKeyIdentifier(crl.issuerKeyIdentifier))),
          ),
        ]
      : []),
  )
  return sequence(tbs, algorithm, bitString(key.sign(tbs)))
}

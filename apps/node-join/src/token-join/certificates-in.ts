import { decodePemBlocks } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'

/** At least one. ERR_CHAIN_INVALID names where they should have been. */
export const certificatesIn = (where: string, pem: string): Certificate[] => {
  try {
    const certificates = decodePemBlocks(pem)
      .filter(({ label }) => label === 'CERTIFICATE')
      .map(({ der }) => parseCertificate(der))
    if (certificates.length > 0) return certificates
  } catch (error) {
    throw new EasycertsError('ERR_CHAIN_INVALID', `${where} holds no certificate of a CA`, {
      cause: error,
    })
  }
  throw new EasycertsError('ERR_CHAIN_INVALID', `${where} holds no certificate of a CA`)
}

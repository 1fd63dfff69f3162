import { enterWhole, OID, readBoolean, readUnsignedInteger, TAG } from '@easycerts/shared/asn1'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { BasicConstraints, CertificateRequest } from '@easycerts/shared/x509'
import { cfsslError } from '../protocol/index.ts'

/** What a request says of being a CA; undefined if it says nothing. CfsslFailure 9003. */
export const readRequestedConstraints = ({
  extensions,
}: CertificateRequest): BasicConstraints | undefined => {
  const extension = extensions.get(OID.basicConstraints)
  if (!extension) return undefined
  try {
    return readConstraints(extension.value)
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    throw cfsslError(9003, error.message)
  }
}

// No path is longer than a number of four octets.
const MAX_OCTETS = 4

const readConstraints = (value: Buffer): BasicConstraints => {
  const fields = enterWhole(value, 'basic constraints')
  const isCa = fields.optional(TAG.BOOLEAN)
  const length = fields.optional(TAG.INTEGER)
  fields.end('basic constraints')
  const octets = length && readUnsignedInteger(length.content).subarray(-MAX_OCTETS)
  return {
    isCa: isCa !== undefined && readBoolean(isCa.content),
    pathLength: octets?.readUIntBE(0, octets.length),
  }
}

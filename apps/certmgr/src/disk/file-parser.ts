import { createHash } from 'node:crypto'
import { type ExportableKey, parseSigningKey } from '@easycerts/shared/key'
import {
  type Certificate,
  type CertificateChain,
  isIssuedByAny,
  parseCertificateChain,
} from '@easycerts/shared/x509'

/**
 * Parses what stands in files. Every look reads them; what has the octets of the last look is not
 * parsed and verified once more, which for a thousand certificates would take seconds.
 */
export interface FileParser {
  readonly key: (pem: string) => ExportableKey
  readonly chain: (pem: string) => CertificateChain
  readonly isIssuedByAny: (certificate: Certificate, authorities: readonly Certificate[]) => boolean
  /** Forgets what no look has asked for since the last call. */
  readonly forgetUnused: () => void
}

export const createFileParser = (): FileParser => {
  const keys = remember(parseSigningKey)
  const chains = remember(parseCertificateChain)
  const verdicts = remember((_: string, judge: () => boolean) => judge())
  return {
    key: keys.get,
    chain: chains.get,
    isIssuedByAny: (certificate, authorities) =>
      verdicts.get(
        [certificate, ...authorities].map(({ fingerprint }) => fingerprint).join(' '),
        () => isIssuedByAny(certificate, authorities),
      ),
    forgetUnused: () => [keys, chains, verdicts].forEach(({ forgetUnused }) => forgetUnused()),
  }
}

interface Remembered<Value, Rest extends unknown[]> {
  readonly get: (text: string, ...rest: Rest) => Value
  readonly forgetUnused: () => void
}

/** By the digest of the text, so that a private key is not kept as a text too. Failures are not kept. */
const remember = <Value, Rest extends unknown[]>(
  work: (text: string, ...rest: Rest) => Value,
): Remembered<Value, Rest> => {
  let earlier = new Map<string, Value>()
  let used = new Map<string, Value>()
  return {
    get: (text, ...rest) => {
      const digest = createHash('sha256').update(text).digest('base64')
      const value = used.get(digest) ?? earlier.get(digest) ?? work(text, ...rest)
      used.set(digest, value)
      return value
    },
    forgetUnused: () => {
      earlier = used
      used = new Map()
    },
  }
}

import { createHash, hash } from 'node:crypto'

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Lower-case hex, as fingerprints are stored and compared. */
export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

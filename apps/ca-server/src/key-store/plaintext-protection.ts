import type { KeyProtection } from './key-protection.ts'
import { writeProtectionRecord } from './protection-record.ts'

/** No protection but the files' modes; only by --insecure-plaintext-keys. */
export const plaintextProtection: KeyProtection = {
  create: async (paths) => {
    await writeProtectionRecord(paths, { method: 'plaintext' })
    return undefined
  },
  open: () => Promise.resolve(undefined),
}

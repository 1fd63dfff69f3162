import type { KeyProtection } from './key-protection.ts'
import { protectionRecordFile } from './protection-record.ts'

/** No protection but the files' modes; only by --insecure-plaintext-keys. */
export const plaintextProtection: KeyProtection = {
  prepare: (paths) =>
    Promise.resolve({
      secret: undefined,
      files: [protectionRecordFile(paths, { method: 'plaintext' })],
    }),
  open: () => Promise.resolve(undefined),
}

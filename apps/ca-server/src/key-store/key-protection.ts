import type { DataPaths } from '../config/data-paths.ts'

/**
 * How private keys are kept at rest. `create` makes the protection in a new data directory,
 * `open` finds it again; both give the passphrase of the PKCS#8 files, or undefined for plaintext.
 */
export interface KeyProtection {
  create(paths: DataPaths): Promise<string | undefined>
  open(paths: DataPaths): Promise<string | undefined>
}

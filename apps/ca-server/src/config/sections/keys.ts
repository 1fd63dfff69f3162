import { isAbsolute } from 'node:path'
import * as v from 'valibot'

const absolutePath = v.pipe(v.string(), v.check(isAbsolute, 'is not an absolute path'))

/** PKCS#11 §3.2: CK_TOKEN_INFO has room for 32 octets. */
const tokenLabel = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/, 'is not the label of a token'),
)

/** Where the issuers' keys live, if not in the data directory; and keys that nobody may bring. */
export const keysSection = v.strictObject({
  /** A file of keys that are certified for nobody: on each line the SHA-256 of an SPKI, in hex. */
  knownBad: v.optional(absolutePath),
  pkcs11: v.optional(
    v.strictObject({
      module: absolutePath,
      tokenLabel,
      /** Without it the PIN comes from a systemd credential, or is asked for. */
      pinFile: v.optional(absolutePath),
    }),
  ),
})

export type KeysConfig = v.InferOutput<typeof keysSection>

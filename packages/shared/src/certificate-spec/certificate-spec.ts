import * as v from 'valibot'
import { KEY_ALGORITHMS } from '../key/index.ts'
import { BUNDLE_PURPOSES } from '../layout/index.ts'
import { isDuration } from '../time/index.ts'
import { actionsSchema } from './action.ts'
import { bundleProofSchema, proofSchema } from './proof.ts'
import { certificateFormSchema } from './certificate-form.ts'
import { isInOneDirectory, publicationSchema } from './publication.ts'
import { fileEntries, mode } from './specified-file.ts'

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a name (lower case, digits, -)'),
)

/** A certificate and key that certmgr keeps true on this node's disk. */
export const certificateSpecSchema = v.strictObject({
  kind: v.literal('Certificate'),
  name,
  profile: name,
  /** Consumer group: certificates of one group are published together. */
  group: name,
  certificate: v.strictObject({ ...fileEntries, mode: v.optional(mode, '0644') }),
  key: v.strictObject({
    ...fileEntries,
    mode: v.optional(mode, '0600'),
    algorithm: v.optional(v.picklist(KEY_ALGORITHMS), 'ecdsa-p256'),
    /** keep: for programs that read certificate and key separately at every handshake. */
    rotation: v.optional(v.picklist(['renew', 'keep']), 'renew'),
  }),
  /** Other files that are made of the two, and change with them. */
  also: v.optional(v.array(certificateFormSchema)),
  /** Files, unless it says otherwise. */
  publication: v.optional(publicationSchema),
  actions: v.optional(actionsSchema, {}),
  /** How long before its end it is renewed, instead of between half and two thirds of its life. */
  renewBefore: v.optional(
    v.pipe(v.string(), v.check(isDuration, 'is not a duration (write 90s, 15m, 72h)')),
  ),
  proof: v.optional(proofSchema),
})

/** A bundle of CA certificates, or of public keys, that certmgr keeps true. */
export const trustBundleSpecSchema = v.strictObject({
  kind: v.literal('TrustBundle'),
  name,
  purpose: v.picklist(BUNDLE_PURPOSES),
  file: v.strictObject({ ...fileEntries, mode: v.optional(mode, '0644') }),
  actions: v.optional(actionsSchema, {}),
  proof: v.optional(bundleProofSchema),
})

export const specSchema = v.variant('kind', [
  v.pipe(
    certificateSpecSchema,
    v.forward(
      v.check(
        (spec) => isInOneDirectory(spec),
        'is "link", which needs all files in one directory',
      ),
      ['publication'],
    ),
  ),
  trustBundleSpecSchema,
])

export type CertificateSpec = v.InferOutput<typeof certificateSpecSchema>
export type TrustBundleSpec = v.InferOutput<typeof trustBundleSpecSchema>
export type Spec = v.InferOutput<typeof specSchema>

/** '0600' → 0o600 */
export const fileMode = (text: string): number => parseInt(text, 8)

import * as v from 'valibot'
import { absolutePath, fileEntries, mode } from './specified-file.ts'

const publicFile = { ...fileEntries, mode: v.optional(mode, '0644') }

/** Of a file with a private key in it: at most a group may read it. */
const secretFile = {
  ...fileEntries,
  mode: v.optional(
    v.pipe(mode, v.regex(/^0[0-7][04]0$/, 'would open a private key to others')),
    '0600',
  ),
}

/**
 * Another file that a certificate is written to beside its own two. leaf: the certificate alone.
 * chain: with its issuers. combined: those and the key. pkcs12: the same, encrypted, for Java.
 */
export const certificateFormSchema = v.variant('form', [
  v.strictObject({ form: v.literal('leaf'), ...publicFile }),
  v.strictObject({ form: v.literal('chain'), ...publicFile }),
  v.strictObject({ form: v.literal('combined'), ...secretFile }),
  v.strictObject({
    form: v.literal('pkcs12'),
    ...secretFile,
    /** Its first line encrypts the file; only its owner may read it. */
    passwordFile: absolutePath,
    /** The name of the entry; that of the spec when left out. */
    alias: v.optional(
      v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,62}$/, 'is not an alias')),
    ),
  }),
])

export type CertificateForm = v.InferOutput<typeof certificateFormSchema>
export type Pkcs12Form = Extract<CertificateForm, { readonly form: 'pkcs12' }>
export type PemForm = Exclude<CertificateForm, Pkcs12Form>

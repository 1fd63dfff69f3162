/** A certificate as `openssl x509 -text -certopt no_pubkey,no_sigdump` prints it, taken apart. */
export interface PrintedCertificate {
  readonly version: string
  readonly signatureAlgorithm: string
  readonly issuer: string
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** By openssl's title: whether it is critical, and its values. */
  readonly extensions: Readonly<Record<string, { critical: boolean; values: readonly string[] }>>
}

export const readPrinted = (text: string): PrintedCertificate => {
  const field = (name: string) => new RegExp(`^ *${name} ?: (.*)$`, 'm').exec(text)?.[1] ?? ''
  const extensions = Array.from(
    text.matchAll(/^ {12}(X509v3 [^:]+): (critical)?\n {16}(.*)$/gm),
    ([, title = '', critical, values = '']) =>
      [title, { critical: critical !== undefined, values: values.split(', ') }] as const,
  )
  return {
    version: field('Version'),
    signatureAlgorithm: field('Signature Algorithm'),
    issuer: field('Issuer'),
    subject: field('Subject'),
    notBefore: new Date(field('Not Before')),
    notAfter: new Date(field('Not After')),
    extensions: Object.fromEntries(extensions),
  }
}

/** OpenSSL's verdicts on dates (x509_verify_cert_error_string(3)), by the code of Node's error. */
export const OUT_OF_DATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
}

/** TLS alerts about the certificate that we showed, or did not (RFC 8446 §6.2). */
export const CLIENT_CERTIFICATE_REFUSED =
  /^ERR_SSL_.*ALERT_(BAD_CERT|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/

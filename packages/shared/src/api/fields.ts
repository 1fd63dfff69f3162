import * as v from 'valibot'

// Bounds against hostile input: an RSA-4096 request with a long SAN list is below 8 KiB.
export const csr = v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))
export const pem = v.pipe(v.string(), v.maxLength(1 << 20))
export const base64url = (maxLength: number) => v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(maxLength))
export const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(253))
/** As `Date.prototype.toISOString` writes it, so that instants compare as text. */
export const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/))

/** The prime of the field: 2^255 − 19. */
export const FIELD_PRIME = 2n ** 255n - 19n

/** y of an encoded point; the top bit is the sign of x (RFC 8032 §5.1.2). */
export const yOfPoint = (point: Buffer): bigint =>
  BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) % 2n ** 255n

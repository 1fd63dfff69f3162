// Lower case without 0, 1, l, o: what is read aloud or retyped is not misread.
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz'

/** One character for each 5 bits; bytes that are not a multiple of 5 bits lose their tail. */
export const encodeBase32 = (bytes: Uint8Array): string => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((group) => ALPHABET.charAt(parseInt(group, 2))).join('')
}

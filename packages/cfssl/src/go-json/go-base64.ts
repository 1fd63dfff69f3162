import type { GoObject } from './go-object.ts'
import { GoJsonError } from './read-go-json.ts'

/** A field of type []byte: standard base64 with its padding; line feeds do not count. GoJsonError. */
export const decodeGoBase64 = (fields: GoObject, name: string): Buffer => {
  const text = fields.bytes(name).replace(/[\r\n]/g, '')
  const octets = Buffer.from(text, 'base64')
  if (octets.toString('base64') !== text)
    throw new GoJsonError(`illegal base64 data at input byte ${faultAt(text)}`)
  return octets
}

/** Where the first character stands that is none of the alphabet, or where a group is cut off. */
const faultAt = (text: string): number => {
  const foreign = text.search(/[^A-Za-z0-9+/]/)
  return foreign === -1 ? text.length - (text.length % 4) : foreign
}

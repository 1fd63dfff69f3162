import { sha256 } from '@easycerts/shared/encoding'
import { mutateOctets } from '../mutate-octets.ts'
import type { Mutation } from './mutate-text.ts'

/** Changes what the body says and mends the checksum, so that the damage is not seen at once. */
export const mutateTicket: Mutation = (input, _other, random) => {
  const [version = 'ec1', id = '', body = ''] = input.toString('utf8').split('.')
  const octets = Buffer.from(body, 'base64url')
  const changed = octets.length > 0 ? mutateOctets(octets, random) : octets
  const head = `${version}.${id}.${changed.toString('base64url')}`
  return Buffer.from(`${head}.${sha256(head).toString('base64url').slice(0, 6)}`)
}

import { parseHost, parseNodeName, ROLES } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

const MAX_HOSTS = 32

const parseAddress = (text: string): void => {
  if (parseHost(text).kind !== 'ip') throw new RangeError('a name')
}

const list = (parse: (text: string) => unknown, expectation: string) =>
  v.optional(v.pipe(v.array(checkedBy(parse, expectation)), v.maxLength(MAX_HOSTS)), [])

/** What may be said of a node; the role may be left to `--role`. */
export const listedNode = v.strictObject({
  name: checkedBy(
    parseNodeName,
    'is not a node name (RFC 1123, lower case, at most 52 characters)',
  ),
  role: v.optional(v.picklist(ROLES, `is not a role: ${ROLES.join(' or ')}`)),
  hosts: list(parseHost, 'is not a DNS name or an address'),
  addresses: list(parseAddress, 'is not an address'),
})

import { addressInCidr, checkCidr, parseHost, parseNodeName } from '@easycerts/shared/cluster'
import { checkedBy } from '@easycerts/shared/config'
import * as v from 'valibot'
import { parseRelease } from '../../release/index.ts'

export const host = checkedBy(parseHost, 'is neither a DNS name nor an address')
export const address = checkedBy((text) => {
  if (parseHost(text).kind !== 'ip') throw new TypeError('not an address')
}, 'is not an address')
export const nodeName = checkedBy(parseNodeName, 'is not a node name (lower case, at most 52)')
const cidr = checkedBy(checkCidr, 'is not an address range such as 10.96.0.0/12')
/** kube-apiserver has its first address, and cluster DNS another. */
const serviceCidr = checkedBy(
  (text) => addressInCidr(checkCidr(text), 2),
  'is not an address range of at least three addresses, such as 10.96.0.0/12',
)
export const release = checkedBy(parseRelease, 'is not a Kubernetes version such as "1.36"')
export const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))
export const clusterName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'is not a name (lower case, at most 32)'),
)
/** No control character, so that it stays one line in whatever file it goes to. */
export const text = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'holds a control character'),
)
export const absolutePath = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.regex(/^(\/[A-Za-z0-9_.@+-]+)+$/, 'is not a plain absolute path'),
  v.check((path) => !/\/\.\.?(\/|$)/.test(path), 'goes by "." or ".."'),
)
/** One, or one of each family. */
const oneOrTwo = (range: typeof cidr) =>
  v.pipe(
    v.union([range, v.pipe(v.array(range), v.minLength(1), v.maxLength(2))]),
    v.transform((value) => (typeof value === 'string' ? [value] : value)),
  )

export const podCidrs = oneOrTwo(cidr)
export const serviceCidrs = oneOrTwo(serviceCidr)

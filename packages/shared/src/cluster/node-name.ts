import { EasycertsError } from '../errors/index.ts'
import { parseHost } from './host.ts'

declare const nodeNameBrand: unique symbol
/** The name under which a node registers: lower case, as the Node authorizer compares it byte by byte. */
export type NodeName = string & { readonly [nodeNameBrand]: true }

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
// RFC 5280 appendix A: ub-common-name is 64, and the kubelet's CN is "system:node:" + name.
const MAX_LENGTH = 64 - 'system:node:'.length

/** RFC 1123 subdomain of at most 52 characters; ERR_NAME_INVALID otherwise. */
export const parseNodeName = (text: string): NodeName => {
  if (text.length > MAX_LENGTH)
    throw new EasycertsError(
      'ERR_NAME_INVALID',
      `node name is longer than ${MAX_LENGTH} characters`,
    )
  if (!text.split('.').every((label) => LABEL.test(label)))
    throw new EasycertsError('ERR_NAME_INVALID', `"${printable(text)}" is not a node name`)
  // Its serving certificate carries the name too, where '123' or '10.1' would be read as an address.
  parseHost(text)
  return text as NodeName
}

const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?')

import { DerReader, enterWhole, OID } from '../asn1/index.ts'
import { addressOctets } from '../cluster/index.ts'
import { EasycertsError } from '../errors/index.ts'
import type { Certificate } from './certificate.ts'

/** A subtree of names (RFC 5280 §4.2.1.10). `rdns` are the encodings of a directory name's parts. */
type Subtree =
  | { readonly kind: 'dns' | 'uri' | 'email'; readonly value: string }
  | { readonly kind: 'ip'; readonly network: Buffer; readonly mask: Buffer }
  | { readonly kind: 'directory'; readonly rdns: readonly Buffer[] }

/** What a CA may certify; `permitted` binds only the kinds of name that occur in it. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

/** What is compared: the names of a certificate, and its subject as DER. */
export interface ConstrainedNames {
  readonly subject?: Buffer
  readonly names: readonly { readonly kind: string; readonly value: string }[]
}

// RFC 5280 §4.2.1.6: context tags of GeneralName; directoryName is constructed, being a CHOICE.
const DNS = 0x82
const DIRECTORY = 0xa4
const URI = 0x86
const ADDRESS = 0x87
const EMAIL = 0x81

/** The constraints that a CA certificate carries; ERR_DER_MALFORMED for kinds that nobody compares. */
export const nameConstraintsOf = ({ extensions }: Certificate): NameConstraints | undefined => {
  const extension = extensions.get(OID.nameConstraints)
  if (!extension) return undefined
  const fields = enterWhole(extension.value, 'name constraints')
  const permitted = fields.optional(0xa0)
  const excluded = fields.optional(0xa1)
  fields.end('name constraints')
  return {
    permitted: permitted ? readSubtrees(permitted.content) : [],
    excluded: excluded ? readSubtrees(excluded.content) : [],
  }
}

const readSubtrees = (content: Buffer): Subtree[] => {
  const subtrees: Subtree[] = []
  const reader = new DerReader(content)
  while (!reader.atEnd) {
    const item = reader.enter('general subtree')
    const { tag, content: base } = item.next()
    // RFC 5280: minimum is 0, which DER leaves out, and maximum is absent.
    item.end('general subtree')
    subtrees.push(subtreeOf(tag, base))
  }
  return subtrees
}

const subtreeOf = (tag: number, base: Buffer): Subtree => {
  const half = base.length / 2
  if (tag === DNS) return { kind: 'dns', value: base.toString('latin1').toLowerCase() }
  if (tag === URI) return { kind: 'uri', value: base.toString('latin1').toLowerCase() }
  if (tag === EMAIL) return { kind: 'email', value: base.toString('latin1').toLowerCase() }
  if (tag === DIRECTORY) return { kind: 'directory', rdns: rdnsOf(base) }
  if (tag === ADDRESS && (half === 4 || half === 16))
    return { kind: 'ip', network: base.subarray(0, half), mask: base.subarray(half) }
  throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: name constraint of another kind')
}

const rdnsOf = (name: Buffer): Buffer[] => {
  const rdns: Buffer[] = []
  const reader = enterWhole(name, 'directory name')
  while (!reader.atEnd) rdns.push(reader.next().encoding)
  return rdns
}

/** The first name that a CA with these constraints may not certify; undefined if there is none. */
export const findForbiddenName = (
  { permitted, excluded }: NameConstraints,
  { subject, names }: ConstrainedNames,
): string | undefined => {
  // RFC 5280 §4.2.1.10: an empty subject, 30 00, is bound by nothing.
  const hasSubject = subject !== undefined && subject.length > 2
  const values = [
    ...(hasSubject ? [{ kind: 'directory', value: subject.toString('hex') }] : []),
    ...names,
  ]
  const isBound = (kind: string) => permitted.some((subtree) => subtree.kind === kind)
  const forbidden = values.find(
    (name) =>
      excluded.some((subtree) => isWithin(name, subtree)) ||
      (isBound(name.kind) && !permitted.some((subtree) => isWithin(name, subtree))),
  )
  return forbidden && (forbidden.kind === 'directory' ? 'its subject' : forbidden.value)
}

const isWithin = (name: { kind: string; value: string }, subtree: Subtree): boolean => {
  if (name.kind !== subtree.kind) return false
  switch (subtree.kind) {
    case 'dns':
      return isSubdomain(name.value.toLowerCase(), subtree.value)
    case 'uri':
      return isHostWithin(hostOfUri(name.value), subtree.value)
    case 'email':
      return isMailboxWithin(name.value.toLowerCase(), subtree.value)
    case 'ip':
      return isAddressWithin(Buffer.from(addressOctets(name.value)), subtree)
    case 'directory': {
      const rdns = rdnsOf(Buffer.from(name.value, 'hex'))
      return subtree.rdns.every((rdn, index) => rdns[index]?.equals(rdn) === true)
    }
  }
}

/** Adding labels to the left stays within; a leading dot, as OpenSSL writes it, asks for one at least. */
const isSubdomain = (name: string, base: string): boolean => {
  if (base === '') return true
  return base.startsWith('.') ? name.endsWith(base) : name === base || name.endsWith(`.${base}`)
}

/** For URIs a host is itself alone, and only a leading dot means what is below it. */
const isHostWithin = (name: string, base: string): boolean =>
  base.startsWith('.') ? name.endsWith(base) : name === base

/** One mailbox, or all of a host, or with a leading dot all of the hosts below. */
const isMailboxWithin = (name: string, base: string): boolean =>
  base.includes('@') ? name === base : isHostWithin(name.slice(name.lastIndexOf('@') + 1), base)

const hostOfUri = (uri: string): string =>
  /^[^:]+:\/\/(?:[^/?#@]*@)?([^/?#:]*)/.exec(uri)?.[1]?.toLowerCase() ?? ''

const isAddressWithin = (
  address: Buffer,
  { network, mask }: { readonly network: Buffer; readonly mask: Buffer },
): boolean =>
  address.length === network.length &&
  address.every((octet, index) => {
    const bits = mask[index] ?? 0
    return (octet & bits) === ((network[index] ?? 0) & bits)
  })

import { DerReader, OID, TAG } from '@easycerts/shared/asn1'
import { parsePublicKey } from '@easycerts/shared/key'
import {
  type Certificate,
  certificateChainPem,
  certificatePem,
  type NameAttribute,
  readName,
} from '@easycerts/shared/x509'
import { type GoValue, sortedKeys } from '../go-json/index.ts'
import { goTime, signatureName } from './certinfo.ts'

export interface CfsslBundle {
  /** The leaf, and the intermediates above it. */
  readonly chain: readonly [Certificate, ...Certificate[]]
  readonly root: Certificate
  /** PEM as the request brought it along; empty for none. */
  readonly key: string
}

/** What the bundler answers with, its keys sorted as Go sorts those of a map. */
export const bundleObject = ({ chain, root, key }: CfsslBundle): GoValue => {
  const [leaf] = chain
  const { type, size } = keyOf(leaf)
  const ends = [...chain, root].map(({ validity }) => validity.notAfter.getTime())
  const issuer = readName(new DerReader(leaf.issuer).expect(TAG.SEQUENCE, 'issuer').content)
  const hasOcsp = leaf.extensions.has(OID.authorityInfoAccess)
  return sortedKeys({
    bundle: certificateChainPem(chain).trim(),
    root: certificatePem(root).trim(),
    crt: certificatePem(leaf).trim(),
    key: key.trim(),
    key_type: type,
    key_size: size,
    issuer: slashed(issuer),
    subject: slashed(leaf.subject),
    expires: goTime(new Date(Math.min(...ends))),
    leaf_expires: goTime(leaf.validity.notAfter),
    hostnames: hostnamesOf(leaf),
    ocsp_support: hasOcsp,
    crl_support: leaf.extensions.has(OID.cRLDistributionPoints),
    ocsp: null,
    signature: signatureName(leaf),
    status: {
      rebundled: chain.length > 1,
      expiring_SKIs: null,
      untrusted_root_stores: [],
      messages: [],
      code: 0,
    },
  })
}

const FIELDS: Readonly<Record<string, string>> = {
  commonName: 'CommonName',
  '2.5.4.5': 'SerialNumber',
  countryName: 'Country',
  localityName: 'Locality',
  stateOrProvinceName: 'Province',
  '2.5.4.9': 'StreetAddress',
  organizationName: 'Organization',
  organizationalUnitName: 'OrganizationalUnit',
  '2.5.4.17': 'PostalCode',
}

const slashed = (attributes: readonly NameAttribute[]): string =>
  attributes.map(({ type, value }) => `/${FIELDS[type] ?? ''}=${value}`).join('')

const hostnamesOf = ({ subject, names }: Certificate): string[] => [
  ...new Set([
    ...subject.filter(({ type }) => type === 'commonName').map(({ value }) => value),
    ...names.filter(({ kind }) => kind === 'dns').map(({ value }) => value),
  ]),
]

const keyOf = ({ spki }: Certificate): { readonly type: string; readonly size: number } => {
  const { algorithm } = parsePublicKey(spki)
  if (algorithm === 'ed25519') return { type: 'Ed25519', size: 0 }
  const size = Number(/\d+$/.exec(algorithm)?.[0] ?? 0)
  return { type: `${size}-bit ${algorithm.startsWith('rsa') ? 'RSA' : 'ECDSA'}`, size }
}

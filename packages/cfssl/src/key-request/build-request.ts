import { NULL, OID } from '@easycerts/shared/asn1'
import type { SigningKey } from '@easycerts/shared/key'
import {
  buildNamedRequest,
  encodeExtension,
  type Extension,
  type NameAttribute,
} from '@easycerts/shared/x509'

import { basicConstraints } from '../certificate-template/index.ts'
import { EMPTY_NAME, encodeLegacyName, type LegacyName, namesOfEntries } from '../subject/index.ts'
import { classifyHost, encodeNames, orderNames } from '../subject-alt-name/index.ts'
import type { KeyRequest, RequestedName } from './key-request.ts'

const DELEGATION_USAGE: Extension = { oid: '1.3.6.1.4.1.44363.44', critical: false, value: NULL }
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

/** PEM of a request as cfssl makes it: subject, names, and what else the JSON asks for. */
export const buildKeyRequest = (request: KeyRequest, key: SigningKey): string =>
  buildNamedRequest(
    key,
    encodeLegacyName(nameOfKeyRequest(request)),
    extensionsOf(request).map(encodeExtension),
  )

export const nameOfKeyRequest = ({ commonName, names, serialNumber }: KeyRequest): LegacyName => ({
  ...EMPTY_NAME,
  ...namesOfEntries(names),
  commonName,
  serialNumber,
  others: names.flatMap(othersOf),
})

const othersOf = ({ attributes, email }: RequestedName): NameAttribute[] => [
  ...attributes.map(([type, value]) => ({ type, value })),
  ...(email === '' ? [] : [{ type: EMAIL_ADDRESS, value: email }]),
]

const extensionsOf = (request: KeyRequest): Extension[] => {
  const { hosts, ca, isDelegationEnabled, extensions } = request
  const names = orderNames(hosts.map(classifyHost))
  return [
    ...(names.length === 0
      ? []
      : [{ oid: OID.subjectAltName, critical: false, value: encodeNames(names) }]),
    ...(ca ? [basicConstraints({ isCa: true, pathLength: pathLengthOf(ca) })] : []),
    ...(isDelegationEnabled ? [DELEGATION_USAGE] : []),
    ...extensions,
  ]
}

const pathLengthOf = ({
  pathLength,
  isPathLengthZero,
}: NonNullable<KeyRequest['ca']>): number | undefined =>
  pathLength > 0 || isPathLengthZero ? Math.max(pathLength, 0) : undefined

import { contextPrimitive, sequence } from '@easycerts/shared/asn1'
import { addressOctets } from '@easycerts/shared/cluster'
import type { GeneralName } from '@easycerts/shared/x509'
import { cfsslError } from '../protocol/index.ts'

/** Kinds in the order in which Go writes them, with their tags of RFC 5280 §4.2.1.6. */
const KINDS = [
  ['dns', 2],
  ['email', 1],
  ['ip', 7],
  ['uri', 6],
] as const satisfies readonly (readonly [GeneralName['kind'], number])[]

/** DNS names, e-mail addresses, addresses, URIs; what is of no such kind is left out. */
export const orderNames = (names: readonly GeneralName[]): readonly GeneralName[] =>
  KINDS.flatMap(([kind]) => names.filter((name) => name.kind === kind))

const TAGS: ReadonlyMap<string, number> = new Map(KINDS)
const IA5 = /^[\u0000-\u007f]*$/

/** Value of subjectAltName, in the order given. CfsslFailure 1000 for text that is not ASCII. */
export const encodeNames = (names: readonly GeneralName[]): Buffer =>
  sequence(
    ...names.map(({ kind, value }) => {
      if (!IA5.test(value))
        throw cfsslError(1000, `x509: ${JSON.stringify(value)} cannot be encoded as an IA5String`)
      const content = kind === 'ip' ? addressOctets(value) : Buffer.from(value, 'latin1')
      return contextPrimitive(TAGS.get(kind) ?? 0, content)
    }),
  )

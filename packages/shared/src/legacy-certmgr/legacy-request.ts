import * as v from 'valibot'
import type { KeyAlgorithm } from '../key/index.ts'
import { certifiedHosts, classifyLegacyHost, isCertified, type LegacyHost } from './legacy-hosts.ts'
import { parsedText } from './parsed-text.ts'

/** Attributes of a subject that may have several values. */
type SubjectAttribute = 'C' | 'ST' | 'L' | 'O' | 'OU'

/**
 * A subject as sets: each value once and in one order, for the CA sorts the values of one attribute
 * as DER does.
 */
export type LegacySubject = { readonly commonName: string } & Readonly<
  Record<SubjectAttribute, readonly string[]>
>

/** What the old certmgr asked the CA for. */
export interface LegacyRequest {
  readonly subject: LegacySubject
  /** What the certificate will name, each once and in one order. */
  readonly hosts: readonly LegacyHost[]
  readonly algorithm: KeyAlgorithm
}

const MAX_VALUE = 256
const MAX_ENTRIES = 1000

const value = v.pipe(
  v.string('is not text'),
  v.maxLength(MAX_VALUE, `is longer than ${MAX_VALUE}`),
  v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has a control character'),
)

const name = v.strictObject({
  C: v.optional(value),
  ST: v.optional(value),
  L: v.optional(value),
  O: v.optional(value),
  OU: v.optional(value),
  /** Never read by the old one. */
  SerialNumber: v.optional(value),
})

const host = parsedText(classifyLegacyHost, 'is no name that a certificate may have')

/** By the algorithm's name and its size; the first of each is the default. */
const ALGORITHMS: readonly (readonly [algo: string, size: number, algorithm: KeyAlgorithm])[] = [
  ['ecdsa', 256, 'ecdsa-p256'],
  ['ecdsa', 384, 'ecdsa-p384'],
  ['rsa', 2048, 'rsa-2048'],
  ['rsa', 3072, 'rsa-3072'],
  ['rsa', 4096, 'rsa-4096'],
  ['ed25519', 0, 'ed25519'],
]

const sizesOf = (algo: string): number[] =>
  ALGORITHMS.flatMap(([name, size]) => (name === algo ? [size] : []))

const key = v.pipe(
  v.strictObject({
    algo: v.optional(
      v.pipe(
        v.string('is not text'),
        v.toLowerCase(),
        v.picklist(['ecdsa', 'rsa', 'ed25519'], 'is not ecdsa, rsa or ed25519'),
      ),
      'ecdsa',
    ),
    size: v.optional(v.pipe(v.number('is not a number'), v.integer('is not a whole number'))),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { algo, size } = dataset.value
    const wanted = algo === 'ed25519' ? 0 : size
    const row = ALGORITHMS.find(
      ([name, bits]) => name === algo && (wanted === undefined || wanted === bits),
    )
    if (row) return row[2]
    addIssue({
      message: `is not one of the sizes of ${algo} that are made: ${sizesOf(algo).join(', ')}`,
    })
    return NEVER
  }),
)

/** The request of a spec, as a CSR of cfssl's JSON of 2019. */
export const legacyRequestSchema = v.strictObject({
  CN: v.optional(value, ''),
  names: v.optional(
    v.pipe(v.array(name, 'is not a list of names (write "- O: …")'), v.maxLength(MAX_ENTRIES)),
    [],
  ),
  hosts: v.optional(v.pipe(v.array(host, 'is not a list'), v.maxLength(MAX_ENTRIES)), []),
  key: v.optional(key, {}),
  SerialNumber: v.optional(
    v.never('is a serial number in the subject, which certmgr does not ask for'),
  ),
  ca: v.optional(v.never('asks for a certificate of a CA, which is no certificate of a node')),
})

type WrittenRequest = v.InferOutput<typeof legacyRequestSchema>

export const buildLegacyRequest = ({ CN, names, hosts, key }: WrittenRequest): LegacyRequest => {
  const valuesOf = (attribute: SubjectAttribute): string[] =>
    [...new Set(names.flatMap((each) => each[attribute] ?? []))].toSorted()
  return {
    subject: {
      commonName: CN,
      C: valuesOf('C'),
      ST: valuesOf('ST'),
      L: valuesOf('L'),
      O: valuesOf('O'),
      OU: valuesOf('OU'),
    },
    hosts: certifiedHosts(hosts),
    algorithm: key,
  }
}

/** Entries that the CA never certified, and that the old certmgr missed at every look. */
export const hostWarnings = ({ hosts }: WrittenRequest): string[] =>
  hosts
    .filter((each) => !isCertified(each))
    .map(
      ({ kind, value }) =>
        `request.hosts: "${value}" is a ${NAMES[kind]} to the CA, which leaves it out`,
    )

const NAMES = { dns: 'name', ip: 'address', email: 'mail address', uri: 'URI' } as const

import * as v from 'valibot'

/** Printable words alone: an operator's terminal shows them. */
const text = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern))
const word = text(/^[A-Za-z0-9._+-]{1,64}$/)
const specName = text(/^[a-z0-9][a-z0-9-]{0,62}$/)
const sha256 = text(/^[0-9a-f]{64}$/)
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Far more than any node has: a report is at most some 25 KiB. */
const MAX_ADDRESSES = 64
const MAX_CERTIFICATES = 64
const MAX_BUNDLES = 16
const MAX_FAILURES = 64

const serialNumber = text(/^([0-9a-f]{2}){1,21}$/)

const certificate = v.strictObject({
  /** Of the spec. */
  name: specName,
  /** Null where there is no readable one. */
  onDisk: v.nullable(v.strictObject({ serialNumber, fingerprint: sha256 })),
  /** What its consumer was seen to serve; null where nobody looked, or nothing of ours was seen. */
  loaded: v.nullable(v.strictObject({ serialNumber })),
})

const bundle = v.strictObject({
  name: specName,
  onDisk: v.nullable(v.strictObject({ sha256 })),
  /** No look tells which bundle a component has loaded, so it is always null. */
  loaded: v.null(),
})

/** The name of the host and its addresses, without those that no other machine can dial. */
export const machineSchema = v.strictObject({
  /** Null where it has no usable one. */
  name: v.nullable(text(/^[a-z0-9][a-z0-9.-]{0,252}$/)),
  addresses: v.pipe(
    v.array(text(/^[0-9a-f][0-9a-f.:]{1,44}$|^::[0-9a-f.:]{0,43}$/)),
    v.maxLength(MAX_ADDRESSES),
  ),
})

/** What is left to a person on the machine. */
export const NODE_HINTS = ['rejoin-for-units'] as const

/**
 * What a node tells of itself at every contact. It names no node, role or subject: who speaks, the
 * connection says, and what a node is, the CA's records say.
 */
export const nodeReportSchema = v.strictObject({
  format: v.literal(1),
  easycerts: word,
  /** Of the kubelet; null as long as nobody asks it. */
  kubernetes: v.nullable(word),
  /** Of the trust document on disk; null where there is none. */
  trust: v.nullable(v.strictObject({ epoch: count, version: count })),
  machine: machineSchema,
  certificates: v.pipe(v.array(certificate), v.maxLength(MAX_CERTIFICATES)),
  bundles: v.pipe(v.array(bundle), v.maxLength(MAX_BUNDLES)),
  /** Seconds by which the node's clock is ahead of the CA's. */
  clockOffset: v.nullable(v.pipe(v.number(), v.safeInteger())),
  /** What fails and with which code; messages may hold what is nobody's business. */
  failures: v.pipe(
    v.array(v.strictObject({ name: specName, code: text(/^ERR_[A-Z0-9_]{1,60}$/) })),
    v.maxLength(MAX_FAILURES),
  ),
  hints: v.pipe(v.array(v.picklist(NODE_HINTS)), v.maxLength(NODE_HINTS.length)),
})

export type NodeReport = v.InferOutput<typeof nodeReportSchema>
export type Machine = NodeReport['machine']

/** What a report can hold of each list; whoever makes one cuts it to this. */
export const REPORT_LIMITS = {
  addresses: MAX_ADDRESSES,
  certificates: MAX_CERTIFICATES,
  bundles: MAX_BUNDLES,
  failures: MAX_FAILURES,
} as const

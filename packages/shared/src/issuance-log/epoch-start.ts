import * as v from 'valibot'
import { EasycertsError } from '../errors/index.ts'
import { hashLeaf, rootBefore, rootFromInclusion } from '../merkle-log/index.ts'
import { hashesOf, type ProvenEntry } from './log-claim.ts'
import { parseLogEntry } from './log-entry.ts'
import type { TreeHead } from './tree-head.ts'

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/**
 * Body of an entry of kind `epoch-started`, the first that a restored store appends: which epoch
 * begins, and the log that it goes on from.
 */
export const epochStartSchema = v.object({
  epoch: counter,
  previous: v.object({
    epoch: counter,
    size: counter,
    /** Base64. */
    root: v.string(),
  }),
})

export type EpochStart = v.InferOutput<typeof epochStartSchema>

export const EPOCH_STARTED = 'epoch-started'

/** The body of such an entry; ERR_LOG_MALFORMED for any other. */
export const parseEpochStart = (body: unknown): EpochStart => {
  const parsed = v.safeParse(epochStartSchema, body)
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_LOG_MALFORMED', 'an entry does not say how its epoch began')
}

/**
 * An epoch's beginning that the head holds at the very place where the older log ended, with the
 * root that it had there. ERR_LOG_INCONSISTENT.
 */
export const verifyEpochStart = (
  { entry: text, inclusion }: ProvenEntry,
  head: TreeHead,
): EpochStart => {
  const { sequence, kind, body } = parseLogEntry(text)
  const parsed = v.safeParse(epochStartSchema, body)
  const index = sequence - 1
  const proof = hashesOf(inclusion)
  const root = rootFromInclusion(hashLeaf(Buffer.from(text, 'utf8')), index, head.size, proof)
  if (kind !== EPOCH_STARTED || !parsed.success || !root?.equals(head.root)) throw unproven()
  const { previous } = parsed.output
  const before = rootBefore(index, head.size, proof)
  if (previous.size !== index || before?.toString('base64') !== previous.root) throw unproven()
  return parsed.output
}

const unproven = () =>
  new EasycertsError('ERR_LOG_INCONSISTENT', 'the CA names a restore that its log does not hold')

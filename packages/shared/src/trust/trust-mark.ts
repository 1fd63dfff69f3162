import * as v from 'valibot'
import { sha256Hex } from '../encoding/index.ts'
import type { AcceptedTrust } from './walk-trust.ts'

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The furthest that a node has come; kept apart from the document, it outlives one put back. */
export const trustMarkSchema = v.strictObject({
  cluster: v.string(),
  epoch: counter,
  version: counter,
  /** SHA-256 of the document's octets, hex. */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
})

export type TrustMark = v.InferOutput<typeof trustMarkSchema>

export const markOf = ({ document, octets }: AcceptedTrust): TrustMark => ({
  cluster: document.cluster.id,
  epoch: document.epoch,
  version: document.version,
  digest: sha256Hex(octets),
})

/**
 * Where a version stands to the furthest that this node has come. behind: to be walked on from, and
 * nothing of it installed. forked: not the document that stood there. A mark of another cluster
 * says nothing.
 */
export const placeOf = (
  trust: AcceptedTrust,
  mark: TrustMark | undefined,
): 'behind' | 'forked' | 'reached' => {
  const here = markOf(trust)
  if (!mark || mark.cluster !== here.cluster) return 'reached'
  if (here.epoch < mark.epoch || here.version < mark.version) return 'behind'
  return here.version === mark.version && here.digest !== mark.digest ? 'forked' : 'reached'
}

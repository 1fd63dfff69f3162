import * as v from 'valibot'

// A proof has at most two hashes for each of the 53 levels that a size can have.
const proof = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/))), v.maxLength(110))

/** The text of a signed head. */
export const headText = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))

/** The largest entry is that of a migration; those of certificates are below 4 KiB. */
const entryText = v.pipe(v.string(), v.maxLength(1 << 18))

/** An entry and its path to the root of the head that comes with it. */
const provenEntry = v.object({ entry: entryText, inclusion: proof })

export type ProvenEntry = v.InferOutput<typeof provenEntry>

/** A head, with the proof that it continues the one that the asker showed. Hashes are base64. */
export const logClaimSchema = v.object({
  head: headText,
  /** From the head that was shown; empty if none was. */
  consistency: proof,
  /** The beginnings of the epochs that are newer than the head that was shown, in order. */
  epochs: v.pipe(v.array(provenEntry), v.maxLength(32)),
})

export type LogClaim = v.InferOutput<typeof logClaimSchema>

/** What comes with a certificate: the entry about it, proven to be in the log. */
export const logReceiptSchema = v.object({ ...logClaimSchema.entries, ...provenEntry.entries })

export type LogReceipt = v.InferOutput<typeof logReceiptSchema>

export const hashesOf = (base64: readonly string[]): Buffer[] =>
  base64.map((text) => Buffer.from(text, 'base64'))

export const textsOfHashes = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('base64'))

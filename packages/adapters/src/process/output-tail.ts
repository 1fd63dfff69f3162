/** Keeps the last `limit` bytes of a stream: a program that talks for ever must not fill memory. */
export interface OutputTail {
  readonly append: (chunk: Buffer) => void
  readonly text: () => string
  readonly octets: () => Buffer
}

export const createOutputTail = (limit: number): OutputTail => {
  let kept: Buffer[] = []
  let length = 0
  const compact = (): Buffer => {
    const tail = Buffer.concat(kept).subarray(-limit)
    kept = [tail]
    length = tail.length
    return tail
  }
  return {
    append: (chunk) => {
      kept.push(chunk)
      length += chunk.length
      if (length > 2 * limit) compact()
    },
    text: () => compact().toString('utf8'),
    octets: compact,
  }
}

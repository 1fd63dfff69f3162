/** From the first instant to before the second, in milliseconds since 1970. */
export type Span = readonly [from: number, until: number]

export const holds = (spans: readonly Span[], instant: number): boolean =>
  spans.some(([from, until]) => from <= instant && instant < until)

/** The longest stretch of a span that no other covers. */
export const longestFree = ([from, until]: Span, taken: readonly Span[]): number => {
  let longest = 0
  let free = from
  for (const [start, end] of taken.toSorted(([a], [b]) => a - b)) {
    if (end <= free) continue
    if (start >= until) break
    longest = Math.max(longest, start - free)
    free = end
  }
  return Math.max(longest, until - free)
}

/** How much of a span others cover. */
export const coveredOf = ([from, until]: Span, taken: readonly Span[]): number => {
  let covered = 0
  let seen = from
  for (const [start, end] of taken.toSorted(([a], [b]) => a - b)) {
    const begin = Math.max(start, seen)
    const finish = Math.min(end, until)
    if (finish > begin) covered += finish - begin
    seen = Math.max(seen, finish)
  }
  return covered
}

/** One line of either text, or of both. */
export interface LineEdit {
  readonly kind: 'same' | 'removed' | 'added'
  readonly line: string
}

// A table of this many cells takes 64 MB and a tenth of a second; beyond it nobody reads the result.
const MAX_CELLS = 16_000_000

/** The shortest way from one list of lines to the other; of two very long ones, all out and all in. */
export const diffLines = (before: readonly string[], after: readonly string[]): LineEdit[] => {
  const head = commonLength(before, after)
  const tail = commonLength(before.slice(head).toReversed(), after.slice(head).toReversed())
  const removed = before.slice(head, before.length - tail)
  const added = after.slice(head, after.length - tail)
  return [
    ...before.slice(0, head).map(edit('same')),
    ...(removed.length * added.length > MAX_CELLS
      ? [...removed.map(edit('removed')), ...added.map(edit('added'))]
      : shortest(removed, added)),
    ...before.slice(before.length - tail).map(edit('same')),
  ]
}

const edit =
  (kind: LineEdit['kind']) =>
  (line: string): LineEdit => ({ kind, line })

const commonLength = (a: readonly string[], b: readonly string[]): number => {
  const difference = a.findIndex((line, index) => line !== b[index])
  return difference === -1 ? a.length : difference
}

/** By the table of longest common subsequences of what is left of both lists. */
const shortest = (before: readonly string[], after: readonly string[]): LineEdit[] => {
  const lengths = commonLengths(before, after)
  const width = after.length + 1
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  const edits: LineEdit[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [out, into] = [before[i], after[j]]
    if (out !== undefined && out === into) {
      edits.push({ kind: 'same', line: out })
      i++
      j++
    } else if (out !== undefined && (into === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: 'removed', line: out })
      i++
    } else {
      edits.push({ kind: 'added', line: into ?? '' })
      j++
    }
  }
  return edits
}

const commonLengths = (before: readonly string[], after: readonly string[]): Uint32Array => {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  return lengths
}

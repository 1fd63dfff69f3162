/** Longer words are no slips, and would cost time. */
const MAX_LENGTH = 40

/** The known word that was most likely meant, up to case and separators; undefined if none is near. */
export const nearestWord = (written: string, known: readonly string[]): string | undefined => {
  if (written.length > MAX_LENGTH) return undefined
  const distances = known.map((word) => ({
    word,
    distance: distanceOf(plain(written), plain(word)),
  }))
  const [nearest] = distances.toSorted((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= slipsIn(nearest.word) ? nearest.word : undefined
}

/** Edits that are still a slip of the fingers. */
const slipsIn = (word: string): number => (word.length < 3 ? 0 : word.length < 6 ? 1 : 2)

const plain = (word: string): string => word.toLowerCase().replace(/[-_.]/g, '')

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
const distanceOf = (a: string, b: string): number => {
  let above: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(above, column - 2) + 1 : Infinity,
        ),
      )
    }
    above = last
    last = current
  }
  return at(last, b.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity

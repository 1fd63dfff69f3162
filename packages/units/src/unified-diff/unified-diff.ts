import { diffLines, type LineEdit } from './diff-lines.ts'

/** Lines around a change, as diff(1) shows by default. */
const CONTEXT = 3

/**
 * What patch(1) makes `after` of `before` with; undefined is a file that is not there. Paths are
 * absolute and stand below a/ and b/, for `patch -p1`. Empty if both are the same.
 */
export const unifiedDiff = (
  path: string,
  before: string | undefined,
  after: string | undefined,
): string => {
  if (before === after) return ''
  const edits = diffLines(linesOf(before), linesOf(after))
  const from = before === undefined ? '/dev/null' : `a${path}`
  const to = after === undefined ? '/dev/null' : `b${path}`
  return `--- ${from}\n+++ ${to}\n${hunksOf(edits).map(formatHunk).join('')}`
}

/** Each with its newline, which the last one may lack. */
const linesOf = (text = ''): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

interface Hunk {
  /** Numbers of the first lines, from 1; of the line before where a side has none. */
  readonly before: number
  readonly after: number
  readonly edits: readonly LineEdit[]
}

const hunksOf = (edits: readonly LineEdit[]): Hunk[] => {
  const changes = edits.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index]))
  const spans: [number, number][] = []
  for (const index of changes) {
    const last = spans.at(-1)
    if (last !== undefined && index - last[1] <= 2 * CONTEXT) last[1] = index
    else spans.push([index, index])
  }
  return spans.map(([first, last]) => {
    const start = Math.max(0, first - CONTEXT)
    const above = edits.slice(0, start)
    return {
      before: count(above, 'added'),
      after: count(above, 'removed'),
      edits: edits.slice(start, last + CONTEXT + 1),
    }
  })
}

/** Lines of a side: all but those that only the other one has. */
const count = (edits: readonly LineEdit[], other: 'added' | 'removed'): number =>
  edits.filter(({ kind }) => kind !== other).length

const MARKS = { same: ' ', removed: '-', added: '+' } as const

const formatHunk = ({ before, after, edits }: Hunk): string => {
  const range = (start: number, length: number): string =>
    `${length === 0 ? start : start + 1},${length}`
  const old = range(before, count(edits, 'added'))
  const fresh = range(after, count(edits, 'removed'))
  const lines = edits.map(({ kind, line }) =>
    line.endsWith('\n')
      ? `${MARKS[kind]}${line}`
      : `${MARKS[kind]}${line}\n\\ No newline at end of file\n`,
  )
  return `@@ -${old} +${fresh} @@\n${lines.join('')}`
}

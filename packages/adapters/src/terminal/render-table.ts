import { printableLine } from './printable.ts'

export type Paint = (style: TextStyle, text: string) => string
export type TextStyle = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
  ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
]
const NO_BORDERS = Object.fromEntries(BORDERS.map((name) => [name, '']))

/** Columns without borders, for eyes and for awk; the library is loaded only when one is drawn. */
export const renderTable = async (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): Promise<string> => {
  const { default: Table } = await import('cli-table3')
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(head.map((title) => paint('bold', printableLine(title))))
  for (const cells of rows) table.push(cells.map((cell) => printableLine(cell)))
  return table.toString().replace(/ +$/gm, '')
}

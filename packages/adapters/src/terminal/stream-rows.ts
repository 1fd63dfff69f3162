import { printableJson, printableLine, printableLines } from './printable.ts'
import type { Paint } from './render-table.ts'

/** What is needed of a `Writable` for more than memory should hold. */
export interface StreamSink {
  /** false: wait for 'drain' before more is written. */
  write(text: string): unknown
  once?(event: 'drain' | 'close', listener: () => void): unknown
}

/** How rows are shown to people. */
export interface Columns<Row> {
  readonly head: readonly string[]
  readonly cells: (row: Row) => readonly string[]
}

export interface RowStream<Row> {
  readonly pages: AsyncIterable<readonly Row[]>
  readonly columns: Columns<Row>
}

export interface StreamFormat {
  readonly output: 'text' | 'json' | 'yaml'
  readonly paint: Paint
  readonly toYaml?: ((value: unknown) => string | Promise<string>) | undefined
}

type Piece = string | Promise<string>

interface PageWriter<Row> {
  readonly begin: string
  readonly page: (rows: readonly Row[], isFirst: boolean) => Piece
  readonly end: (isEmpty: boolean) => string
}

/** Writes page after page, each before the next is asked for, so that memory holds one at a time. */
export const streamRows = async <Row>(
  sink: StreamSink,
  format: StreamFormat,
  { pages, columns }: RowStream<Row>,
  isClosed: () => boolean,
): Promise<void> => {
  const writer = writerOf(format, columns)
  let isEmpty = true
  for await (const rows of pages) {
    if (isClosed()) return
    if (rows.length === 0) continue
    // A failure before the first row leaves standard output empty.
    await write(sink, `${isEmpty ? writer.begin : ''}${await writer.page(rows, isEmpty)}`)
    isEmpty = false
  }
  await write(sink, `${isEmpty ? writer.begin : ''}${writer.end(isEmpty)}`)
}

const write = async (sink: StreamSink, text: string): Promise<void> => {
  if (text === '' || sink.write(text) !== false || sink.once === undefined) return
  await new Promise<void>((resolve) => {
    sink.once?.('drain', resolve)
    sink.once?.('close', resolve)
  })
}

const writerOf = <Row>(format: StreamFormat, columns: Columns<Row>): PageWriter<Row> => {
  if (format.output === 'text') return tableWriter(columns, format.paint)
  const { toYaml } = format
  return format.output === 'yaml' && toYaml ? yamlWriter(toYaml) : JSON_WRITER
}

const JSON_WRITER: PageWriter<unknown> = {
  begin: '[',
  page: (rows, isFirst) =>
    rows
      .map((row, index) => {
        const text = printableJson(JSON.stringify(row, null, 2)).replaceAll('\n', '\n  ')
        return `${isFirst && index === 0 ? '' : ','}\n  ${text}`
      })
      .join(''),
  end: (isEmpty) => (isEmpty ? ']\n' : '\n]\n'),
}

/** A sequence of YAML may be written in parts: each is a sequence of its own. */
const yamlWriter = (toYaml: (value: unknown) => string | Promise<string>): PageWriter<unknown> => ({
  begin: '',
  page: async (rows) => printableLines(await toYaml(rows)),
  end: (isEmpty) => (isEmpty ? '[]\n' : ''),
})

const GAP = 2

/** The widths of the first page hold for all, so that columns stay where they are. */
const tableWriter = <Row>({ head, cells }: Columns<Row>, paint: Paint): PageWriter<Row> => {
  let widths: number[] = []
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) =>
        index === texts.length - 1 ? text : text.padEnd((widths[index] ?? 0) + GAP),
      )
      .join('')
  const headLine = (): string => `${paint('bold', line(head))}\n`
  return {
    begin: '',
    page: (rows, isFirst) => {
      const lines = rows.map((row) => cells(row).map(printableLine))
      if (isFirst)
        widths = head.map((title, index) =>
          Math.max(title.length, ...lines.map((texts) => texts[index]?.length ?? 0)),
        )
      return `${isFirst ? headLine() : ''}${lines.map((texts) => `${line(texts)}\n`).join('')}`
    },
    end: (isEmpty) => {
      if (!isEmpty) return ''
      widths = head.map(({ length }) => length)
      return headLine()
    },
  }
}

import * as v from 'valibot'
import { isNode, isSeq, LineCounter, parseDocument } from 'yaml'
import { parseConfig } from './parse-config.ts'

/** An element of a list, and the line of the file that it begins at. */
export interface ListedRow<Row> {
  readonly row: Row
  readonly line: number
}

/** A YAML or JSON list whose every element is of the schema. ERR_CONFIG_INVALID as `parseConfig`. */
export const parseConfigList = <Schema extends v.GenericSchema>(
  file: string,
  text: string,
  schema: Schema,
): ListedRow<v.InferOutput<Schema>>[] => {
  const rows = parseConfig(file, text, v.array(schema))
  const lineCounter = new LineCounter()
  const { contents } = parseDocument(text, { lineCounter })
  const items = isSeq(contents) ? contents.items : []
  return rows.map((row, index) => {
    const item: unknown = items[index]
    const offset = isNode(item) ? item.range?.[0] : undefined
    return { row, line: offset === undefined ? 1 : lineCounter.linePos(offset).line }
  })
}

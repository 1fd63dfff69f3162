import * as v from 'valibot'
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { EasycertsError } from '../errors/index.ts'

interface Place {
  readonly file: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

// Against billion-laughs documents.
const MAX_ALIASES = 20

/**
 * YAML or JSON text to a value of the schema. ERR_CONFIG_INVALID names every fault at once as
 * `file:line:column: path: what is wrong`; unknown keys are faults.
 */
export const parseConfig = <Schema extends v.GenericSchema>(
  file: string,
  text: string,
  schema: Schema,
): v.InferOutput<Schema> => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
  })
  const place = { file, document, lines }
  if (document.errors.length > 0)
    throw faultsOf(
      document.errors.map(
        (error) => `${at(place, error.pos[0])}: ${error.message.split('\n')[0] ?? ''}`,
      ),
    )
  const parsed = v.safeParse(schema, document.toJS({ maxAliasCount: MAX_ALIASES }))
  if (!parsed.success) throw faultsOf(parsed.issues.map((issue) => describeIssue(place, issue)))
  return parsed.output
}

const faultsOf = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))

const at = ({ file, lines }: Place, offset: number): string => {
  const { line, col } = lines.linePos(offset)
  return `${file}:${line}:${col}`
}

const describeIssue = (place: Place, issue: v.BaseIssue<unknown>): string => {
  const path = (issue.path ?? []).map((item) => item.key)
  const where = at(place, offsetOf(place.document, path))
  const key = path.join('.') || 'document'
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${where}: ${key}: unknown key`
  return `${where}: ${key}: ${issue.input === undefined ? 'is missing' : issue.message}`
}

/** Where a path stands in the text; its nearest ancestor if it does not. */
const offsetOf = (document: Document.Parsed, path: readonly unknown[]): number => {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true)
  const own = parent === undefined && path.length === 1 ? document.contents : parent
  if (isMap(own)) {
    const pair = own.items.find((item) => String(item.key) === String(path.at(-1)))
    if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0]
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isNode(node) && node.range) return node.range[0]
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1))
}

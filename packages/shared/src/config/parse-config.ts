import * as v from 'valibot'
import { type Document, isMap, isNode, LineCounter, parseDocument, visit } from 'yaml'
import { EasycertsError, reasonOf } from '../errors/index.ts'
import { applyDialect, type Dialect } from './dialect.ts'
import { missingKeysAt } from './known-keys.ts'
import { nearestWord } from './nearest-word.ts'

interface Place {
  readonly file: string
  readonly schema: v.GenericSchema
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

// Against billion-laughs documents.
const MAX_ALIASES = 20

/**
 * YAML or JSON text to a value of the schema. ERR_CONFIG_INVALID names every fault at once as
 * `file:line:column: path: what is wrong`; unknown keys are faults, with the key that was meant.
 */
export const parseConfig = <Schema extends v.GenericSchema>(
  file: string,
  text: string,
  schema: Schema,
  dialect?: Dialect,
): v.InferOutput<Schema> => {
  const lines = new LineCounter()
  const document = read(file, text, lines)
  const place = { file, schema, document, lines }
  const unreadable = [...document.errors, ...document.warnings]
  if (unreadable.length > 0)
    throw faultsOf(
      unreadable.map(({ pos, message }) => `${at(place, pos[0])}: ${message.split('\n')[0] ?? ''}`),
    )
  const repeated = dialect ? applyDialect(document, dialect) : []
  if (repeated.length > 0)
    throw faultsOf(
      repeated.map(({ key, offset }) => `${at(place, offset)}: ${key}: is written twice`),
    )
  const value = valueOf(place)
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const faults = issuesOf(schema, value).map((issue) => describeIssue(place, issue))
  throw faultsOf(faults.toSorted((a, b) => a.offset - b.offset).map(({ text }) => text))
}

const read = (file: string, text: string, lineCounter: LineCounter): Document.Parsed => {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false })
  } catch (error) {
    // The library goes down into a text by recursion.
    if (error instanceof RangeError) throw faultsOf([`${file}:1:1: document: nests too deeply`])
    throw error
  }
}

const valueOf = (place: Place): unknown => {
  try {
    return place.document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    const where = at(place, offsetOfLooseAlias(place.document))
    throw faultsOf([`${where}: document: ${reasonOf(error)}`])
  }
}

const offsetOfLooseAlias = (document: Document.Parsed): number => {
  let offset = 0
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return undefined
      offset = alias.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

const isUnknownKey = ({ type, expected }: v.BaseIssue<unknown>): boolean =>
  type === 'strict_object' && expected === 'never'

const pathOf = ({ path }: v.BaseIssue<unknown>): unknown[] => path?.map(({ key }) => key) ?? []

/** Valibot stops at the first unknown key of an object: each is taken out, and the rest looked at again. */
const issuesOf = (
  schema: v.GenericSchema,
  value: unknown,
  seen = new Set<string>(),
): v.BaseIssue<unknown>[] => {
  const issues: v.BaseIssue<unknown>[] = v.safeParse(schema, value).issues ?? []
  const unknown = issues.filter((issue) => isUnknownKey(issue) && !seen.has(keyOf(issue)))
  if (unknown.length === 0) return issues.filter((issue) => !isUnknownKey(issue))
  for (const issue of unknown) {
    const last = issue.path?.at(-1)
    if (last?.type === 'object') Reflect.deleteProperty(last.input, last.key)
    seen.add(keyOf(issue))
  }
  return [...unknown, ...issuesOf(schema, value, seen)]
}

const keyOf = (issue: v.BaseIssue<unknown>): string => JSON.stringify(pathOf(issue))

const faultsOf = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))

const at = ({ file, lines }: Place, offset: number): string => {
  const { line, col } = lines.linePos(offset)
  return `${file}:${line}:${col}`
}

const describeIssue = (place: Place, issue: v.BaseIssue<unknown>) => {
  const path = pathOf(issue)
  const offset = offsetOf(place.document, path)
  const text = `${at(place, offset)}: ${path.join('.') || 'document'}: ${wrongIn(issue, place.schema)}`
  return { offset, text }
}

const wrongIn = (issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string => {
  if (isUnknownKey(issue)) return `unknown key${suggestionFor(issue, schema)}`
  if (issue.input === undefined) return 'is missing'
  // A value may be a secret that stands in the wrong place.
  return issue.message.replace(/ but received .*$/s, '')
}

const suggestionFor = (issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string => {
  const path = issue.path ?? []
  const meant = nearestWord(String(path.at(-1)?.key), missingKeysAt(schema, path))
  return meant === undefined ? '' : `, did you mean "${meant}"?`
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

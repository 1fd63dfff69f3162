import type { ListedRow } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { listedNode } from './listed-node.ts'

type NodeRow = v.InferOutput<typeof listedNode>

const COLUMNS = ['name', 'role', 'hosts', 'addresses'] as const
type Column = (typeof COLUMNS)[number]

/** No name, role or address has one of these, so a table that quotes means something else. */
const QUOTES = /["']/

/**
 * Lines of fields between commas; `hosts` and `addresses` hold several between blanks. Empty lines
 * and lines that begin with # are left out. ERR_CONFIG_INVALID with every fault.
 */
export const parseNodeTable = (file: string, text: string): ListedRow<NodeRow>[] => {
  const lines = text.split(/\r?\n/).map((content, index) => ({ content, line: index + 1 }))
  const [head, ...rows] = lines.filter(
    ({ content }) => content.trim() !== '' && !content.startsWith('#'),
  )
  const columns = (head?.content ?? '').split(',').map((name) => name.trim())
  const unknown = columns.find(
    (name) => !isColumn(name) || columns.indexOf(name) !== columns.lastIndexOf(name),
  )
  if (unknown !== undefined)
    throw invalid([
      `${file}:${head?.line ?? 1}: ${unknown.slice(0, 40)}: columns are ${COLUMNS.join(', ')}, each once`,
    ])
  const faults: string[] = []
  const nodes = rows.flatMap(({ content, line }) => {
    const found = rowOf(columns as Column[], content)
    if (typeof found !== 'string') return [{ line, row: found }]
    faults.push(`${file}:${line}: ${found}`)
    return []
  })
  if (faults.length > 0) throw invalid(faults)
  return nodes
}

const isColumn = (name: string): name is Column => COLUMNS.some((known) => known === name)

/** The row, or what is wrong with it. */
const rowOf = (columns: readonly Column[], content: string): NodeRow | string => {
  const fields = content.split(',').map((field) => field.trim())
  if (QUOTES.test(content)) return 'fields are not quoted'
  if (fields.length !== columns.length) return `has ${fields.length} fields, not ${columns.length}`
  const given = columns
    .map((column, index) => [column, fields[index] ?? ''] as const)
    .filter(([, field]) => field !== '')
    .map(([column, field]) => [column, isList(column) ? field.split(/\s+/) : field])
  const parsed = v.safeParse(listedNode, Object.fromEntries(given))
  if (parsed.success) return parsed.output
  const [{ path = [], input, message }] = parsed.issues
  const [{ key } = { key: 'row' }] = path
  return `${String(key)}: ${input === undefined ? 'is missing' : message}`
}

const isList = (column: Column): boolean => column === 'hosts' || column === 'addresses'

const invalid = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))

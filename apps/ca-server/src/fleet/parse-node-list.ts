import type { Role } from '@easycerts/shared/cluster'
import { parseConfigList } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import { listedNode } from './listed-node.ts'
import { parseNodeTable } from './parse-node-table.ts'

/** A node of the list, and where it stands there. */
export interface ListedNode {
  readonly line: number
  readonly name: string
  readonly role: Role | undefined
  /** Further names and addresses. */
  readonly hosts: readonly string[]
}

/**
 * The nodes of a file: a YAML list, or a table with a first line of column names (`name,role,hosts,
 * addresses`). ERR_CONFIG_INVALID names every fault with its line; a name twice is one.
 */
export const parseNodeList = (file: string, text: string): ListedNode[] => {
  const isTable = /^name\s*(,|$)/m.test(firstLineOf(text))
  const rows = isTable ? parseNodeTable(file, text) : parseConfigList(file, text, listedNode)
  if (rows.length === 0) throw invalid([`${file}:1: the list is empty`])
  const nodes = rows.map(({ line, row: { name, role, hosts, addresses } }) => ({
    line,
    name,
    role,
    hosts: [...hosts, ...addresses],
  }))
  refuseRepetitions(file, nodes)
  return nodes
}

const firstLineOf = (text: string): string =>
  text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''

const refuseRepetitions = (file: string, nodes: readonly ListedNode[]): void => {
  const lines = new Map<string, number>()
  const faults = nodes.flatMap(({ name, line }) => {
    const first = lines.get(name)
    if (first === undefined) lines.set(name, line)
    return first === undefined ? [] : [`${file}:${line}: ${name} stands in line ${first} already`]
  })
  if (faults.length > 0) throw invalid(faults)
}

const invalid = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))

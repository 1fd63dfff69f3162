import { parseDocument } from 'yaml'
import type { GeneratedFile, NodeStack } from '../stack/index.ts'
import { basenameOf, componentOf } from './component-of.ts'
import { type ReadDirective, readUnitText, wordsOf } from './read-unit.ts'

export interface ReadFlag {
  /** Without dashes before it. */
  readonly name: string
  /** 'true' of a switch. */
  readonly value: string
}

export interface ReadUnit {
  readonly name: string
  readonly path: string
  readonly directives: readonly ReadDirective[]
  /** What its main process is, if it has one. */
  readonly component?: string
  readonly flags: readonly ReadFlag[]
}

/** A configuration file of a component, by the kind that it says to be. */
export interface ReadConfiguration {
  readonly path: string
  readonly kind: string
  readonly value: Readonly<Record<string, unknown>>
}

/** A stack as its readers see it: from the text alone, whoever wrote it. */
export interface ReadStack {
  readonly units: readonly ReadUnit[]
  readonly configurations: readonly ReadConfiguration[]
}

const UNIT = /\.(service|target|timer|path|slice|socket|mount)$/

export const readStack = ({ files }: NodeStack): ReadStack => ({
  units: files.filter(({ path }) => UNIT.test(path)).map(readUnit),
  configurations: files.filter(({ path }) => /\.(ya?ml|json)$/.test(path)).flatMap(configurationOf),
})

const readUnit = ({ path, content }: GeneratedFile): ReadUnit => {
  const directives = readUnitText(content)
  const command = directives.findLast(({ name, value }) => name === 'ExecStart' && value !== '')
  const words = wordsOf(command?.value ?? '')
  return {
    name: basenameOf(path),
    path,
    directives,
    ...(command === undefined ? {} : { component: componentOf(words) }),
    flags: words.slice(1).flatMap(flagOf),
  }
}

const FLAG = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s

/** A switch says 'true'; what stands apart from its flag is not taken for its value. */
const flagOf = (word: string): ReadFlag[] => {
  const [, name, value = 'true'] = FLAG.exec(word) ?? []
  return name === undefined ? [] : [{ name, value }]
}

const configurationOf = ({ path, content }: GeneratedFile): ReadConfiguration[] => {
  try {
    const value: unknown = parseDocument(content).toJS({ maxAliasCount: 10 })
    if (typeof value !== 'object' || value === null) return []
    const record = value as Record<string, unknown>
    return typeof record['kind'] === 'string' ? [{ path, kind: record['kind'], value: record }] : []
  } catch {
    return []
  }
}

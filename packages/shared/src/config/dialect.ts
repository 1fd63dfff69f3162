import { type Document, isPair, isScalar, visit } from 'yaml'

/** How an older reader took the keys of a file that ours has to read as well. */
export interface Dialect {
  /** The key of the schema that a written one stands for. */
  readonly keyOf: (written: string) => string
}

/** A key that stands twice in one map once the dialect has its way. */
export interface RepeatedKey {
  readonly key: string
  readonly offset: number
}

/**
 * Puts a document into the keys of the schema, each where it stands in the text. Null and the empty
 * text are absence, as for a reader in Go.
 */
export const applyDialect = (document: Document.Parsed, { keyOf }: Dialect): RepeatedKey[] => {
  const repeated: RepeatedKey[] = []
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key) || typeof key.value !== 'string') continue
        key.value = keyOf(key.value)
        const name = String(key.value)
        if (seen.has(name)) repeated.push({ key: name, offset: key.range?.[0] ?? 0 })
        seen.add(name)
      }
      map.items = map.items.filter((pair) => !isPair(pair) || !isAbsent(pair.value))
    },
    // NixOS writes null among the hosts where an address is not set.
    Seq: (_, list) => {
      list.items = list.items.filter((item) => !isNull(item))
    },
  })
  return repeated
}

const isNull = (value: unknown): boolean =>
  value === null || (isScalar(value) && value.value === null)

const isAbsent = (value: unknown): boolean =>
  isNull(value) || (isScalar(value) && value.value === '')

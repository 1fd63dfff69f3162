/** What canonical JSON can hold; numbers are safe integers. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [name: string]: CanonicalValue }

/**
 * RFC 8785: names sorted by UTF-16 code units, no white space, so that equal values are equal
 * text. A TypeError for what two programs might write in two ways: numbers that are no safe
 * integers, names that are numbers, and values that write themselves.
 */
export const formatCanonicalJson = (value: CanonicalValue): string => {
  // JSON.stringify writes strings and integers as RFC 8785 §3.2.2 wants them, names as they come.
  const text = JSON.stringify(inOrder(value)) as string | undefined
  if (text === undefined) throw refused(value)
  return text
}

const refused = (value: unknown) =>
  new TypeError(`canonical JSON holds no ${typeof value} such as this`)

/** JavaScript keeps these names in an order of its own, or not at all. */
const UNORDERED = /^(\d+|__proto__)$/

const inOrder = (value: CanonicalValue): CanonicalValue => {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw refused(value)
    return value
  }
  if ('toJSON' in value) throw refused(value)
  if (isList(value))
    return value.map((item: CanonicalValue | undefined) => {
      if (item === undefined) throw refused(item)
      return inOrder(item)
    })
  const ordered: Record<string, CanonicalValue> = {}
  for (const name of Object.keys(value).sort()) {
    if (UNORDERED.test(name)) throw refused(name)
    const member: CanonicalValue | undefined = value[name]
    if (member !== undefined) ordered[name] = inOrder(member)
  }
  return ordered
}

const isList = (value: object): value is readonly CanonicalValue[] => Array.isArray(value)

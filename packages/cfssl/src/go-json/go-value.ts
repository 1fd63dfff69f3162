/** What Go's encoder can write; the keys of an object in the order in which they are written. */
export type GoValue =
  | null
  | boolean
  | number
  | string
  | readonly GoValue[]
  | { readonly [key: string]: GoValue }

/** Keys in the order in which Go writes those of a map. */
export const sortedKeys = (map: Readonly<Record<string, GoValue>>): GoValue =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))

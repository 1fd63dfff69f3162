/** A value somewhere in a configuration: 'authentication.anonymous.enabled', 'clusterDNS.0'. */
export interface Leaf {
  readonly path: string
  readonly value: string
}

/** Every scalar of a value, with the path to it. */
export const leavesOf = (value: unknown, path = ''): Leaf[] => {
  if (typeof value !== 'object' || value === null)
    return path === '' ? [] : [{ path, value: String(value) }]
  return Object.entries(value).flatMap(([key, below]) =>
    leavesOf(below, path === '' ? key : `${path}.${key}`),
  )
}

/** A value somewhere in a configuration: 'authentication.anonymous.enabled'. */
export interface Leaf {
  readonly path: string
  /** Of a list of scalars all of them, with commas. */
  readonly value: string
}

/** Every scalar of a value, with the path to it. */
export const leavesOf = (value: unknown, path = ''): Leaf[] => {
  if (typeof value !== 'object' || value === null)
    return path === '' ? [] : [{ path, value: String(value) }]
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return [{ path, value: value.join(',') }]
  return Object.entries(value).flatMap(([key, below]) =>
    leavesOf(below, path === '' ? key : `${path}.${key}`),
  )
}

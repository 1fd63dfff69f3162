/** One setting that two configurations differ in. */
export interface ConfigChange {
  /** 'lifetimes.certificates', 'profiles.vpn-client'. */
  readonly path: string
  readonly needsRestart: boolean
}

/** What a running server takes over; for everything else it must be started again. */
const HOT = [
  'profileSets',
  'profiles',
  'lifetimes',
  'limits',
  'nodes',
  'absence',
  'restartLeases',
  'keys.knownBad',
  'cluster.description',
]
/** Read once, when a listener opens. */
const COLD = ['limits.address.connections']

/** Every difference, by path, in the order of the settings. */
export const changesBetween = (before: unknown, after: unknown): ConfigChange[] => {
  const [old, young] = [leavesOf(before), leavesOf(after)]
  const paths = [...new Set([...old.keys(), ...young.keys()])]
  return paths
    .filter((path) => old.get(path) !== young.get(path))
    .map((path) => ({ path, needsRestart: !isHot(path) }))
}

const isBelow = (path: string, section: string): boolean =>
  path === section || path.startsWith(`${section}.`)

const isHot = (path: string): boolean =>
  HOT.some((section) => isBelow(path, section)) && !COLD.some((section) => isBelow(path, section))

/** Each setting with its value as text; a list of things with names goes by name. */
const leavesOf = (value: unknown, path = ''): Map<string, string> => {
  const inner = childrenOf(value)
  if (!inner) return new Map([[path, JSON.stringify(value)]])
  return new Map(
    inner.flatMap(([key, child]) => [...leavesOf(child, path === '' ? key : `${path}.${key}`)]),
  )
}

const childrenOf = (value: unknown): [string, unknown][] | undefined => {
  if (!Array.isArray(value))
    return typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  if (!value.every(hasName)) return undefined
  return value.map((each) => [each.name, JSON.stringify(each)])
}

const hasName = (value: unknown): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'

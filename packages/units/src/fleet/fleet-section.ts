/** Each key of [X-Fleet] with its values, in the order of the file. */
export type FleetSection = ReadonlyMap<string, readonly string[]>

interface FleetOptionsRead {
  readonly section: FleetSection
  readonly installs: boolean
}

/** MachineMetadata alone may hold several values on one line, each quoted (fleet's unit/file.go). */
const valuesOf = (key: string, value: string): string[] => {
  const quoted = /^"[^"]*"(\s+"[^"]*")*$/.test(value)
  return key.endsWith('MachineMetadata') && quoted
    ? [...value.matchAll(/"([^"]*)"/g)].map(([, inner = '']) => inner)
    : [value]
}

/** %n, %N, %p and %i stand for parts of the unit's name, as in systemd. */
const expand = (text: string, name: string): string => {
  const bare = name.slice(0, Math.max(name.lastIndexOf('.'), 0))
  const [prefix = '', instance = ''] = bare.split('@')
  const parts: Readonly<Record<string, string>> = { n: name, N: bare, p: prefix, i: instance }
  return text.replace(/%([nNpi])/g, (_, letter: string) => parts[letter] ?? '')
}

/** fleet's reading of a unit: comments and sections of systemd, and the options of its own. */
export const fleetOptionsIn = (name: string, text: string): FleetOptionsRead => {
  const section = new Map<string, string[]>()
  let current = ''
  let installs = false
  for (const line of text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((each) => each.trim())) {
    if (line === '' || /^[#;]/.test(line)) continue
    if (/^\[.*\]$/.test(line)) {
      current = line.slice(1, -1)
      installs ||= current === 'Install'
    } else if (current === 'X-Fleet') {
      const [key = '', ...rest] = line.split('=')
      const values = valuesOf(key.trim(), rest.join('=').trim())
      section.set(key.trim(), [
        ...(section.get(key.trim()) ?? []),
        ...values.map((value) => expand(value, name)),
      ])
    }
  }
  return { section, installs }
}

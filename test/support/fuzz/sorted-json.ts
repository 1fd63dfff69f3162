/** The same JSON with sorted names and no white space; what is no JSON stays. */
export const sortedJson = (text: Buffer): Buffer => {
  try {
    return Buffer.from(JSON.stringify(sorted(JSON.parse(text.toString('utf8')))))
  } catch {
    return text
  }
}

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}

const ATOM_TEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-"
const ATOM = `[${ATOM_TEXT}]+`
const DOT_ATOM = `${ATOM}(?:\\.${ATOM})*`
const QUOTED = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\[\\x20-\\x7e])*"'
const SPEC = `((?:${DOT_ATOM}|${QUOTED})@${DOT_ATOM})`
// One character at a time: repetitions within repetitions would take for ever.
const PHRASE = `(?:[. \\t${ATOM_TEXT}]|${QUOTED})*`

const PLAIN = new RegExp(`^[ \\t]*${SPEC}[ \\t]*$`)
const BRACKETED = new RegExp(`^[ \\t]*${PHRASE}<[ \\t]*${SPEC}[ \\t]*>[ \\t]*$`)
/** RFC 5321 §4.5.3.1; also a bound for the patterns. */
const MAX_LENGTH = 320

/** The address of 'Joe <joe@example.org>' or 'joe@example.org' (RFC 5322 §3.4); undefined if it is none. */
export const readMailAddress = (text: string): string | undefined => {
  if (text.length > MAX_LENGTH || !text.includes('@')) return undefined
  return PLAIN.exec(text)?.[1] ?? (text.includes('<') ? BRACKETED.exec(text)?.[1] : undefined)
}

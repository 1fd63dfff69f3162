import type { GoValue } from './go-value.ts'

// Go's encoder keeps a text from ending a script of a page, or a line of JavaScript.
const ESCAPED = /[<>&\u2028\u2029]/g

/** One line, as `encoding/json` of Go writes it. */
export const writeGoJson = (value: GoValue): string =>
  JSON.stringify(value).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

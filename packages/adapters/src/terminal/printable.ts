/** C0, DEL and C1 (all that a terminal obeys), and the marks that turn the direction of writing. */
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const UNPRINTABLE_BUT_LINES = /(?!\n)[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Colour and weight, without 8 (invisible). */
const STYLES = /(\x1b\[(?!8m)\d{1,2}m)/
const BREAKS = /[\t\n\r]+/g

/** Text from outside as one line that a terminal only shows: nothing in it moves, hides or forges. */
export const printableLine = (text: string): string =>
  text.replace(BREAKS, ' ').replace(UNPRINTABLE, '')

/** Like `printableLine`, but keeps line breaks, and tabs as blanks. */
export const printableLines = (text: string): string =>
  text.replaceAll('\t', '  ').replace(UNPRINTABLE_BUT_LINES, '')

/** Like `printableLines`, for text that we have put colours into. */
export const printableStyledLines = (text: string): string =>
  text
    .split(STYLES)
    .map((part, index) => (index % 2 === 1 ? part : printableLines(part)))
    .join('')

/** JSON may hold C1 and marks as they are; escaped, it means the same. */
export const printableJson = (json: string): string =>
  json.replace(UNPRINTABLE_BUT_LINES, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })

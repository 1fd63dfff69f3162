import { EasycertsError } from '@easycerts/shared/errors'

const BARE = /^[A-Za-z0-9_./:,=@+*-]+$/

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // A specifier begins with it (systemd.unit(5)); doubled it is itself.
  '%': '%%',
}

/** The rest of ASCII's control characters: systemd reads lines, and these break or end one. */
const escapeCharacter = (character: string): string =>
  ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** One word by systemd.syntax(7): quoted only where it must be, so that units stay readable. */
export const quoteWord = (text: string): string => {
  if (BARE.test(text)) return text
  // systemd drops a line that is not UTF-8, and no argument of exec(3) can hold a NUL.
  if (/\0|\p{Surrogate}/u.test(text))
    throw new EasycertsError('ERR_USAGE', 'a word of a unit holds NUL or half a character')
  return `"${text.replace(/["\\%\u0000-\u001f\u007f]/g, escapeCharacter)}"`
}

/** A word that is an argument of Exec*=: there alone `$` names a variable (systemd.service(5)). */
export const quoteArgument = (text: string): string => quoteWord(text.replaceAll('$', '$$$$'))

/** The value of `Environment=`: specifiers are expanded in it, variables are not. */
export const environmentVariable = (name: string, value: string): string =>
  quoteWord(`${name}=${value}`)

/** A path in a directive that takes the rest of its line as one, spaces and quotes included. */
export const literalPath = (path: string): string => path.replaceAll('%', '%%')

const HIDDEN = '[secret]'

/** A ticket keeps its id, which is public and tells which one to revoke. */
const TICKET = /\b(ec1\.[2-9a-km-z]{12}\.)[A-Za-z0-9_-]{24,}(\.[A-Za-z0-9_-]*)?/g
/** Also one that breaks off; of several in one text, each for itself. */
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[^]*?(-----END \1-----|$)/g
/** Identity of an age recipient, which opens backups. */
const AGE_IDENTITY = /\bAGE-(SECRET-KEY(-PQ)?|PLUGIN-[A-Z0-9]+)-1[A-Z0-9]{20,}/gi

/**
 * A text without the secrets that it should never have held: whoever pastes a ticket in the wrong
 * place finds it in no message and in no log. A last line of defence, for known forms alone.
 */
export const hideSecrets = (text: string): string =>
  text.replace(TICKET, `$1${HIDDEN}`).replace(PRIVATE_KEY, HIDDEN).replace(AGE_IDENTITY, HIDDEN)

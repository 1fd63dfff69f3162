import { GoJsonError, GoObject, readGoObject } from '@easycerts/cfssl/go-json'
import type { CfsslFailure } from '@easycerts/cfssl/protocol'
import type { LegacyCall } from './legacy-call.ts'

/**
 * What `read` takes from the body, which fills a Go struct of that name; what is no such JSON fails
 * as `failure` makes of Go's words.
 */
export const readBody = <Value>(
  { body }: LegacyCall,
  struct: string,
  read: (object: GoObject) => Value,
  failure: (text: string) => CfsslFailure,
): Value => {
  try {
    const text = body.toString('utf8')
    return read(new GoObject(readGoObject(text, struct), struct.replace(/^.*\./, '')))
  } catch (error) {
    if (error instanceof GoJsonError) throw failure(error.message)
    throw error
  }
}

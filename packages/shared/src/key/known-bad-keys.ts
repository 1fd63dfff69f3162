import { EasycertsError } from '../errors/index.ts'
import type { PublicKeyPin } from './public-key-pin.ts'
import { PUBLISHED_KEYS } from './published-keys.ts'

/** Keys that are never certified, by SHA-256 over SubjectPublicKeyInfo. */
export interface KnownBadKeys {
  readonly has: (pin: PublicKeyPin) => boolean
}

/** Those that came with the program. */
export const BUILT_IN_KNOWN_BAD_KEYS: KnownBadKeys = PUBLISHED_KEYS

const COMMENT = /\s*#.*$/
const PIN = /^[0-9a-f]{64}$/

/**
 * An operator's list beside the built-in one: a line per key, 64 lower-case hex digits, `#` before a
 * comment. ERR_CONFIG_INVALID names every line that is something else, as `file:line: what is wrong`.
 */
export const parseKnownBadKeys = (file: string, text: string): KnownBadKeys => {
  const pins = new Set<string>()
  const faults: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const pin = line.replace(COMMENT, '').trim()
    if (pin === '') continue
    if (PIN.test(pin)) pins.add(pin)
    else faults.push(`${file}:${index + 1}: is no SHA-256 of 64 lower-case hex digits`)
  }
  if (faults.length > 0) throw new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))
  return { has: (pin) => pins.has(pin) || BUILT_IN_KNOWN_BAD_KEYS.has(pin) }
}

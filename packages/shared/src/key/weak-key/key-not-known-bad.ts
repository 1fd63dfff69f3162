import type { WeakKeyRule } from './weak-key-rule.ts'

export const keyNotKnownBad: WeakKeyRule = {
  name: 'key-not-known-bad',
  requires: 'key that is in no list of keys whose private half is known',
  source: 'CA/Browser Forum Baseline Requirements §6.1.1.3',
  findFault: ({ pin }, knownBadKeys) =>
    knownBadKeys.has(pin) ? 'the private half of this key is publicly known' : undefined,
}

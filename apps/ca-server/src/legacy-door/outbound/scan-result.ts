import type { GoValue } from '@easycerts/cfssl/go-json'

/** What one scan came to, in cfssl's grades. */
export interface ScanResult {
  readonly grade: 'Good' | 'Warning' | 'Bad'
  readonly output?: GoValue
}

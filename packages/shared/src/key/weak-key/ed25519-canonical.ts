import { FIELD_PRIME, yOfPoint } from './ed25519-y.ts'
import type { Ed25519KeyRule } from './weak-key-rule.ts'

export const ed25519Canonical: Ed25519KeyRule = {
  name: 'ed25519-canonical',
  requires: 'Ed25519 point whose y is below 2^255 − 19',
  source: 'RFC 8032 §5.1.3',
  findFault: ({ point }) =>
    yOfPoint(point) < FIELD_PRIME ? undefined : 'Ed25519 point is not canonical',
}

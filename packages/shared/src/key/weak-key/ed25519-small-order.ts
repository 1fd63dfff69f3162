import { FIELD_PRIME, yOfPoint } from './ed25519-y.ts'
import type { Ed25519KeyRule } from './weak-key-rule.ts'

/** y of four of the points of order 8; the other four have its negative. */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n

const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  ORDER_8,
  FIELD_PRIME - ORDER_8,
])

export const ed25519SmallOrder: Ed25519KeyRule = {
  name: 'ed25519-small-order',
  requires: 'Ed25519 point whose order does not divide 8: for such a key anybody makes signatures',
  source: 'RFC 8032 §8.9, Chalkias et al., “Taming the many EdDSAs”, SSR 2020',
  findFault: ({ point }) =>
    SMALL_ORDER.has(yOfPoint(point)) ? 'Ed25519 point is of small order' : undefined,
}

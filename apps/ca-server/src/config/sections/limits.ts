import * as v from 'valibot'

const count = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000_000)), fallback)

/**
 * The defaults let 5,000 nodes behind one address join at once, each with its certificates; what one
 * ticket or one identity may do is bounded tightly.
 */
export const limitsSection = v.strictObject({
  address: v.optional(
    v.strictObject({
      connections: count(8_000),
      requestsPerMinute: count(300_000),
      failuresPerMinute: count(300),
    }),
    {},
  ),
  identity: v.optional(
    v.strictObject({
      requestsPerMinute: count(600),
      /** Of one node, whatever identity it shows; a master's join asks for some 20 at once. */
      certificatesPerHour: count(300),
      certificatesAtOnce: count(60),
    }),
    {},
  ),
  ticket: v.optional(
    v.strictObject({ joinsPerMinute: count(30), wrongProofsPerMinute: count(10) }),
    {},
  ),
})

export type LimitsConfig = v.InferOutput<typeof limitsSection>

import * as v from 'valibot'
import { address, port } from './listen.ts'

/** Plain HTTP without secrets, for Prometheus and health checks; `enabled: false` turns it off. */
export const monitoringSection = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  address: v.optional(address, '127.0.0.1'),
  port: v.optional(port, 7481),
})

export type MonitoringConfig = v.InferOutput<typeof monitoringSection>

import type { LimitsConfig } from '../../config/index.ts'
import { createRequestLimits, type RequestLimits } from './request-limits.ts'

/** Limits that can be set anew while requests go on; what was counted before is forgotten then. */
export interface ReplaceableLimits extends RequestLimits {
  readonly replace: (config: LimitsConfig) => void
}

export const createReplaceableLimits = (config: LimitsConfig): ReplaceableLimits => {
  let limits = createRequestLimits(config)
  return {
    connectionsPerAddress: limits.connectionsPerAddress,
    admit: (request) => limits.admit(request),
    admitTicket: (request, ticketId) => limits.admitTicket(request, ticketId),
    admitSigning: (request) => limits.admitSigning(request),
    countFailure: (request) => limits.countFailure(request),
    replace: (next) => {
      limits = createRequestLimits(next)
    },
  }
}

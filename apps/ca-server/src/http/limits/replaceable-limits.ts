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
    admitTicket: (request, ticketId, node) => limits.admitTicket(request, ticketId, node),
    admitIssuance: (node) => limits.admitIssuance(node),
    admitSigning: (request) => limits.admitSigning(request),
    judgeFailure: (request, error) => limits.judgeFailure(request, error),
    replace: (next) => {
      limits = createRequestLimits(next)
    },
  }
}

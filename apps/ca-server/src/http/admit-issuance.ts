import { isEasycertsError } from '@easycerts/shared/errors'
import type { Authority, NodeRequester } from '../authority/index.ts'
import type { RequestLimits } from './limits/index.ts'

export type NodeLimits = Pick<RequestLimits, 'admitIssuance'>

/** ERR_RATE_LIMITED for a node that had its share of certificates, which counts as a refusal. */
export const admitIssuance = (
  authority: Authority,
  limits: NodeLimits,
  { node: { name } }: NodeRequester,
  profile: string,
): void => {
  try {
    limits.admitIssuance(name)
  } catch (error) {
    if (isEasycertsError(error) && error.rule !== undefined)
      authority.events.refused({
        requester: `node ${name}`,
        requesterKind: 'node',
        profile: profile.slice(0, 60),
        rule: error.rule,
        code: error.code,
        origin: authority.origin?.address ?? 'local',
      })
    throw error
  }
}

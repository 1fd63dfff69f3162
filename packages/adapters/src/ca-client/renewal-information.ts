import { MAX_RENEWAL_QUESTIONS, type RouteQuery, type RouteReply } from '@easycerts/shared/api'
import type { RenewalWindow } from '@easycerts/shared/renewal'

export interface RenewalInformation {
  /** By id of the certificate. */
  readonly suggestions: Readonly<Record<string, RenewalWindow>>
  /** Seconds after which the CA wants to be asked again. */
  readonly retryAfter: number
}

type Ask = (query: RouteQuery<'renewalInformation'>) => Promise<RouteReply<'renewalInformation'>>

/** As many calls as it takes; a window that ends before it starts counts as none. */
export const askRenewalInformation = async (
  ids: readonly string[],
  ask: Ask,
): Promise<RenewalInformation> => {
  const suggestions: Record<string, RenewalWindow> = {}
  let retryAfter = 0
  for (let first = 0; first < ids.length; first += MAX_RENEWAL_QUESTIONS) {
    const asked = ids.slice(first, first + MAX_RENEWAL_QUESTIONS)
    const reply = await ask({ certificates: asked.join(',') })
    retryAfter = Math.max(retryAfter, reply.retryAfter)
    for (const { certificate, namesChanged, ...window } of reply.suggestions) {
      const [start, end] = [new Date(window.start), new Date(window.end)]
      if (asked.includes(certificate) && start <= end)
        suggestions[certificate] = {
          start,
          end,
          ...(namesChanged === true ? { namesChanged } : {}),
        }
    }
  }
  return { suggestions, retryAfter }
}

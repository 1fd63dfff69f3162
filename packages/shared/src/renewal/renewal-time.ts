import { addDuration, minutes } from '../time/index.ts'
import type { SerialNumber, Validity } from '../x509/index.ts'
import {
  instantInLife,
  instantInWindow,
  ordinaryWindow,
  type RenewalWindow,
} from './renewal-window.ts'

/** A CA may ask for renewal as late as this share of a life: what is left is for retries. */
const LATEST_SUGGESTED = 5 / 6
/** And no earlier than this, or a confused CA would have its nodes renew in a loop. */
const EARLIEST_SUGGESTED = minutes(10)
const EARLIEST_SUGGESTED_SHARE = 1 / 50

/**
 * When a certificate is to be renewed. The CA's suggestion wins over the certificate's own window
 * (that of its spec, or the ordinary one), within bounds that no CA can move.
 */
export const renewalTime = (
  validity: Validity,
  serialNumber: SerialNumber,
  suggestion?: RenewalWindow,
  own: RenewalWindow = ordinaryWindow(validity),
): Date => {
  if (!suggestion) return instantInWindow(own, serialNumber)
  const wished = instantInWindow(suggestion, serialNumber)
  const earliest = earliestOf(validity)
  const latest = instantInLife(validity, LATEST_SUGGESTED)
  return wished < earliest ? earliest : wished > latest ? latest : wished
}

const earliestOf = (validity: Validity): Date => {
  const byShare = instantInLife(validity, EARLIEST_SUGGESTED_SHARE)
  const byWait = addDuration(instantInLife(validity, 0), EARLIEST_SUGGESTED)
  return byShare < byWait ? byShare : byWait
}

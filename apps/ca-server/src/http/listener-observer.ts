import type { ServedRequest } from './served-request.ts'
import type { ListenerName } from './served-request.ts'

/** Hears what the listeners do, for the metrics; quick, and never throws. */
export interface ListenerObserver {
  readonly onServed: (served: ServedRequest) => void
  /** One address had too many already. */
  readonly onConnectionRefused: (listener: ListenerName) => void
}

export const NO_OBSERVER: ListenerObserver = {
  onServed: () => undefined,
  onConnectionRefused: () => undefined,
}

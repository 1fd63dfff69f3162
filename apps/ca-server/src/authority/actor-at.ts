import type { Clock } from '@easycerts/shared/time'
import type { LogOrigin, NewLogEntry } from './store/index.ts'

/** An entry of the log about what happens now: what, who, and by the authority's origin from where. */
export const actorAt = (
  { clock, origin }: { readonly clock: Clock; readonly origin?: LogOrigin },
  kind: string,
  actor: string,
  body: Record<string, unknown>,
): NewLogEntry => ({ at: clock().toISOString(), kind, actor, origin: origin ?? null, body })

import { addDuration } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'

/** The end of what a component uses until its restart. */
export interface RestartDeadline {
  /** From here on the restart is worth a risk. */
  readonly forceAt: Date
  readonly notAfter: Date
}

/** Of a life, before its end. */
const EMERGENCY_SHARE = 1 / 8

export const deadlineOf = ({ validity }: Pick<Certificate, 'validity'>): RestartDeadline => {
  const { notBefore, notAfter } = validity
  const life = notAfter.getTime() - notBefore.getTime()
  return { forceAt: addDuration(notAfter, -life * EMERGENCY_SHARE), notAfter }
}

export const earliestDeadline = (
  deadlines: readonly (RestartDeadline | undefined)[],
): RestartDeadline | undefined =>
  deadlines
    .flatMap((deadline) => deadline ?? [])
    .toSorted((a, b) => a.forceAt.getTime() - b.forceAt.getTime())[0]

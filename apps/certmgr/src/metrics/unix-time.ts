import { seconds } from '@easycerts/shared/time'

/** Seconds since 1970, as metrics tell instants. */
export const unixTime = (instant: Date): number => instant.getTime() / seconds(1)

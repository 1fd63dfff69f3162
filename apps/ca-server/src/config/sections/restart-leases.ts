import { leasedComponentSchema, type LeasePolicy } from '@easycerts/shared/restart-lease'
import { type Duration, hours, minutes, parseDuration, seconds } from '@easycerts/shared/time'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

/** Shorter, and a restart does not fit; longer, and a node that died holds up the others. */
const [SHORTEST, LONGEST] = [seconds(30), hours(1)]

const parseLeaseTime = (text: string): Duration => {
  const time = parseDuration(text)
  if (time < SHORTEST || time > LONGEST) throw new RangeError('out of bounds')
  return time
}

/** Safe for any cluster of three members and more. */
const DEFAULT_LIMITS = { etcd: 1, 'kube-apiserver': 1 }

/** How many nodes may restart a component at one time. */
export const restartLeasesSection = v.strictObject({
  leaseTime: v.optional(
    checkedBy(parseLeaseTime, 'is not a duration from 30s to 1h, such as 10m'),
    `${minutes(10) / minutes(1)}m`,
  ),
  /** By component; one that Kubernetes does not know has leases only if it stands here. */
  limits: v.optional(
    v.record(
      leasedComponentSchema,
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
    ),
    DEFAULT_LIMITS,
  ),
})

export const leasePolicyOf = ({
  leaseTime,
  limits,
}: v.InferOutput<typeof restartLeasesSection>): LeasePolicy => ({
  leaseTime: parseLeaseTime(leaseTime),
  limits: { ...DEFAULT_LIMITS, ...limits },
})

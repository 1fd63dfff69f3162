import { reasonOf } from '@easycerts/shared/errors'
import { retryWait } from '@easycerts/shared/renewal'
import { type Clock, type Duration, minutes, seconds } from '@easycerts/shared/time'
import type { ServingCertificate, ServingPair } from './serving-certificate.ts'

interface Keeping {
  readonly serving: ServingCertificate
  readonly clock: Clock
  /** Resolves after a while, or at once when stopped. */
  readonly sleep: (duration: Duration) => Promise<void>
  readonly isStopped: () => boolean
  readonly onRenewed: (pair: ServingPair) => void
  readonly onFailed: (reason: string) => void
}

// setTimeout overflows after 24.8 days and a clock may jump: look again at least this often.
const LONGEST_SLEEP = minutes(10)
const SHORTEST_SLEEP = seconds(1)

/** Renews ca-server's own certificate for as long as it runs; a failure is retried for ever. */
export const keepRenewed = async ({
  serving,
  clock,
  sleep,
  isStopped,
  onRenewed,
  onFailed,
}: Keeping): Promise<void> => {
  let failures = 0
  while (!isStopped()) {
    const { dueAt, certificate } = serving.current()
    const remaining = certificate.validity.notAfter.getTime() - clock().getTime()
    const wait = failures > 0 ? retryWait(failures, remaining) : dueAt.getTime() - clock().getTime()
    await sleep(Math.max(SHORTEST_SLEEP, Math.min(wait, LONGEST_SLEEP)) as Duration)
    if (isStopped() || clock() < dueAt) continue
    try {
      onRenewed(await serving.renew())
      failures = 0
    } catch (error) {
      failures++
      onFailed(reasonOf(error))
    }
  }
}

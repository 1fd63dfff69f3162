import { addDuration, hours, minutes } from '@easycerts/shared/time'
import { ANSWER_LIFE, type Authority } from '../authority/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

const INTERVAL = hours(1)
/** Goes on sooner while there is more: nothing is issued while a batch is removed. */
const NEXT_BATCH = minutes(1)
const BATCH = 2_000

/** Forgets the answers that were kept for clients that ask again, a day after. */
export const answerExpiry = ({
  store,
  clock,
}: Pick<Authority, 'store' | 'clock'>): MaintenanceTask => {
  let dueAt = addDuration(clock(), INTERVAL)
  return {
    name: 'answer-expiry',
    dueAt: () => dueAt,
    run: async () => {
      const before = addDuration(clock(), 0 - ANSWER_LIFE).toISOString()
      const removed = await store.transact((writing) => writing.removeAnswersBefore(before, BATCH))
      dueAt = addDuration(clock(), removed < BATCH ? INTERVAL : NEXT_BATCH)
    },
  }
}

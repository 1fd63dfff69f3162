import * as v from 'valibot'
import type { Route } from './route.ts'

/** A backup that was made beside the server, for the log. */
export const backupMadeBody = v.strictObject({
  file: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  keys: v.picklist(['included', 'left-out']),
  /** Entries of the log that it holds. */
  logSize: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

export const backupMadeReply = v.object({ recorded: v.literal(true) })

export const backupRoutes = {
  backupMade: { listener: 'operator', method: 'POST', path: '/v1/backups', body: backupMadeBody, reply: backupMadeReply },
} as const satisfies Record<string, Route>

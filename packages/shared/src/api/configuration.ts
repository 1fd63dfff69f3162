import * as v from 'valibot'
import type { Route } from './route.ts'

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

export const configurationReply = v.object({
  /** Of the file that is in force. */
  sha256,
  /** What that file says, and the defaults where it says nothing. */
  settings: v.record(v.string(), v.unknown()),
})

export const configurationReloadBody = v.strictObject({})

export const configurationReloadReply = v.object({
  sha256,
  /** Paths of the settings that changed and are in force now. */
  changed: v.array(v.string()),
  /** Those that changed in the file, and take effect at the next start. */
  needsRestart: v.array(v.string()),
})

export const configurationRoutes = {
  configuration: { listener: 'operator', method: 'GET', path: '/v1/configuration', reply: configurationReply },
  configurationReload: { listener: 'operator', method: 'POST', path: '/v1/configuration/reload', body: configurationReloadBody, reply: configurationReloadReply },
} as const satisfies Record<string, Route>

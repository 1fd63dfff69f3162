import * as v from 'valibot'
import type { Route } from './route.ts'

export const healthReply = v.object({ status: v.literal('ok') })

export const healthRoutes = {
  health: { listener: 'operator', method: 'GET', path: '/v1/health', reply: healthReply },
} as const satisfies Record<string, Route>

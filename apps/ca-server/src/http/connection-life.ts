import type { Server, Socket } from 'node:net'
import { type Duration, minutes, seconds } from '@easycerts/shared/time'

/** A connection may carry many requests, but not for ever: what it was admitted by may have ended. */
export const MAX_CONNECTION_LIFE: Duration = minutes(10)

// Whoever reads its last answer more slowly, or never ends its own side, is not waited for.
const FAREWELL = seconds(10)

/** Without it Node looks every 30 seconds, and four times too long at whoever sends slowly. */
export const SLOWNESS_CHECKS = { connectionsCheckingInterval: seconds(2) } as const

/** Ends every connection of a listener in time; `event` tells that one is there. */
export const limitLife = <Listener extends Server>(
  server: Listener,
  event: 'connection' | 'secureConnection',
): Listener => {
  server.on(event, (socket: Socket) => {
    const end = setTimeout(() => socket.end(), MAX_CONNECTION_LIFE)
    const kill = setTimeout(() => socket.destroy(), MAX_CONNECTION_LIFE + FAREWELL)
    for (const timer of [end, kill]) timer.unref()
    socket.once('close', () => {
      for (const timer of [end, kill]) clearTimeout(timer)
    })
  })
  return server
}

import type { TLSSocket } from 'node:tls'

/** Why a server's chain does not stand for its name; undefined if it does. */
export const distrustOf = (socket: TLSSocket): string | undefined => {
  if (socket.authorized) return undefined
  const reason: unknown = socket.authorizationError
  return reason instanceof Error ? reason.message : String(reason)
}

import type { Certificate } from '@easycerts/shared/x509'
import { connectTls } from './connect-tls.ts'
import type { Endpoint } from './endpoint.ts'
import { chainOf } from '../tls/index.ts'

/**
 * The chain that a server shows, as it sends it, trusted in nothing: the connection carries no
 * octet of ours and is closed at once.
 */
export const captureChain = async (
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Certificate[]> => {
  const socket = await connectTls(endpoint, {}, signal)
  try {
    return chainOf(socket)
  } finally {
    socket.destroy()
  }
}

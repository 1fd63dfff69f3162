import type { ClientRequest, IncomingMessage } from 'node:http'
import { EasycertsError } from '@easycerts/shared/errors'

/**
 * The head of the answer to a request that has been sent. ERR_CA_REPLY_INVALID for a switch to
 * another protocol; failures of the connection are Node's own.
 */
export const replyOf = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
    // Without a listener Node drops the connection, and tells nobody.
    sent.once('upgrade', (_reply, socket) => {
      socket.destroy()
      reject(new EasycertsError('ERR_CA_REPLY_INVALID', 'the CA switched to another protocol'))
    })
    sent.once('close', () => reject(new Error('the connection closed without an answer')))
  })

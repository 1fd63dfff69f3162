import { connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:net'

const LIMIT = 10_000
/** Field 1, of octets (protobuf). */
const TAG = 0x0a
const LONGEST = 127

const message = (content: Buffer): Buffer => {
  if (content.length > LONGEST) throw new Error('needs a length of two octets')
  return Buffer.concat([Buffer.from([TAG, content.length]), content])
}

/** A gRPC message: not compressed, and its length. */
const framed = (content: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

/**
 * The kubelet's call by which containerd learns the node's ranges, `UpdateRuntimeConfig` of CRI v1:
 * runtime_config (1), network_config (1), pod_cidr (1).
 */
export const tellPodRanges = async (socket: string, ranges: readonly string[]): Promise<void> => {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) })
  try {
    await new Promise<void>((resolve, reject) => {
      session.once('error', reject)
      const call = session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: '/runtime.v1.RuntimeService/UpdateRuntimeConfig',
        [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
        [constants.HTTP2_HEADER_TE]: 'trailers',
      })
      call.setTimeout(LIMIT, () => call.destroy(new Error('no answer from containerd')))
      const judge = (headers: Readonly<Record<string, unknown>>): void => {
        const status = headers['grpc-status']
        if (status === '0') resolve()
        else if (status !== undefined) reject(new Error(String(headers['grpc-message'])))
      }
      // A refusal without a message is told by the headers alone.
      call.once('response', judge)
      call.once('trailers', judge)
      call.once('error', reject)
      call.resume()
      call.end(framed(message(message(message(Buffer.from(ranges.join(',')))))))
    })
  } finally {
    session.destroy()
  }
}

/**
 * A TLS service in Node, as source: `node tls-service.mjs PORT CERTIFICATE KEY`. It answers each request
 * with 200, reads its files at its start and at SIGHUP, and lets open connections end.
 */
export const TLS_SERVICE = `
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
const [, , port, certificate, key] = process.argv
const read = () => ({ cert: readFileSync(certificate), key: readFileSync(key) })
const server = createServer(read(), (_, reply) => {
  reply.setHeader('connection', 'close')
  reply.end('here\\n')
})
process.on('SIGHUP', () => server.setSecureContext(read()))
server.listen(Number(port), '127.0.0.1')
`

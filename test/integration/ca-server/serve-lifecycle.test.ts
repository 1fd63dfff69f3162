import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { connectAs, type Connection, joinNode, openConnection } from '../../support/joiner.ts'
import { until } from '../../support/until.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
})
afterAll(() => server.dispose())

const lock = () => join(server.directory, 'lock')
const socket = () => join(server.directory, 'operator.sock')

/** Asks for certificates over one connection until it ends; serial numbers of those that arrived. */
const askWhileItLasts = async (connection: Connection): Promise<string[]> => {
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  const received: string[] = []
  for (;;) {
    const answer = await connection
      .send('POST', '/v1/certificates', { profile: 'kubelet-client', csr })
      .catch(() => undefined)
    const pem = answer?.body['certificate']
    if (typeof pem !== 'string') return received
    received.push(parseCertificatePem(pem).serialNumber)
  }
}

const serialsIn = (directory: string, state: string): string[] => {
  const database = new Database(join(directory, 'easycerts.db'), { readonly: true })
  const select = database.prepare('SELECT serial_number FROM certificates WHERE state = ?')
  const serials = select.pluck().all(state) as string[]
  database.close()
  return serials
}

describe('ca-server serve', () => {
  it('ends with exit code 0 at SIGTERM, whoever is connected, and takes its traces along', async () => {
    const silent = connect(server.joinPort, '127.0.0.1')
    await once(silent, 'connect')
    silent.on('error', () => undefined)
    const idle = await openConnection(server.joinPort)
    await idle.send('GET', '/v1/time?nonce=abcdefghijklmnop')
    const start = performance.now()
    await expect(server.stop()).resolves.toEqual({ exitCode: 0, signal: null })
    expect(performance.now() - start).toBeLessThan(5_000)
    expect([lock(), socket()].filter((path) => existsSync(path))).toEqual([])
    silent.destroy()
    idle.close()
    await server.start()
  })

  it('has recorded everything that it answered before SIGTERM', async () => {
    const identities = await Promise.all(
      ['worker-1', 'worker-2', 'worker-3'].map((name) => joinNode(server, name)),
    )
    const connections = await Promise.all(identities.map((each) => connectAs(server, each)))
    const asking = Promise.all(connections.map(askWhileItLasts))
    await until(() => serialsIn(server.directory, 'issued').length >= 30, { within: 30_000 })
    await expect(server.stop()).resolves.toEqual({ exitCode: 0, signal: null })
    const received = (await asking).flat()
    const issued = new Set(serialsIn(server.directory, 'issued'))
    expect(received.length).toBeGreaterThan(10)
    expect(received.filter((serial) => !issued.has(serial))).toEqual([])
    // What was begun was finished first: only a crash leaves an intent behind.
    expect(serialsIn(server.directory, 'intended')).toEqual([])
    await server.start()
  })

  it('starts again after SIGKILL, past its old lock and socket', async () => {
    await server.kill()
    expect([lock(), socket()].every((path) => existsSync(path))).toBe(true)
    await server.start()
    await expect(server.operator('GET', '/v1/health')).resolves.toMatchObject({ status: 200 })
    await expect(joinNode(server, 'worker-4')).resolves.toBeDefined()
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, buildNamedRequest, encodeSubject } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../test/support/ca-server-process.ts'
import { type Connection, connectAs, joinNode } from '../test/support/joiner.ts'
import { freePort } from '../test/support/free-port.ts'
import { createAuthsignClient, SIGNING_CONFIG } from './authsign-client.ts'
import { startCfssl } from './cfssl-server.ts'
import { cpuOf, medianOf, memoryOf, percentileOf } from './process-usage.ts'

const CONNECTIONS = 64
const REQUESTS_EACH = 40
const ROUNDS = 3

/** One request after another on each connection, all connections at once. */
type Ask = (connection: number, csr: string) => Promise<void>

interface Round {
  readonly rate: number
  /** Microseconds of the server's CPU per certificate. */
  readonly cpu: number
  readonly latencies: readonly number[]
}

/**
 * Durable issuance over HTTPS keep-alive, with mutual TLS and through cfssl's API, beside `cfssl serve`
 * without a database, in turns; the client is in this process on the same cores.
 */
export const benchHttpIssuance = async (): Promise<string[][]> => {
  const requests = await Promise.all(
    Array.from({ length: CONNECTIONS * REQUESTS_EACH }, async () =>
      buildCertificateRequest(await generateSigningKey('ecdsa-p256')),
    ),
  )
  // At the door a request says who it is for.
  const named = await Promise.all(requests.map(async (_, index) => namedRequest(index)))
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-door-'))
  const doorPort = await freePort()
  const server = await startUnlimited(folder, doorPort)
  const door = createAuthsignClient(doorPort, CONNECTIONS)
  const peer = await startCfssl(CONNECTIONS)
  try {
    const connections = await connectionsTo(server)
    const ask: Ask = (connection, csr) => certify(connections[connection], csr)
    const askPeer: Ask = (_connection, csr) => peer.sign(csr)
    await runRound(server.pid, ask, requests)
    const askDoor: Ask = (_connection, csr) => door.sign(csr)
    await runRound(peer.pid, askPeer, requests)
    const [rounds, doorRounds, peerRounds]: [Round[], Round[], Round[]] = [[], [], []]
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await runRound(server.pid, ask, requests))
      // A request that came before would get the certificate that it got.
      const fresh = named.map((csr) => csr.replace('-----BEGIN', `${round}\n-----BEGIN`))
      doorRounds.push(await runRound(server.pid, askDoor, fresh))
      peerRounds.push(await runRound(peer.pid, askPeer, requests))
    }
    for (const connection of connections) connection.close()
    return [
      ...rowsOf('ca-server, durable', rounds, server.pid),
      ...rowsOf('cfssl’s API of ca-server, durable', doorRounds, server.pid),
      ...rowsOf('cfssl serve, nothing stored', peerRounds, peer.pid),
    ]
  } finally {
    peer.stop()
    door.close()
    await server.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** No honest node wants so many certificates: the limit on them still counts, and is never met. */
const startUnlimited = (folder: string, port: number): Promise<CaServerProcess> => {
  const many = REQUESTS_EACH * (ROUNDS + 1)
  const identity = { requestsPerMinute: 60 * many, certificatesAtOnce: many }
  const address = { requestsPerMinute: 60 * many * CONNECTIONS }
  const signingConfig = join(folder, 'cfssl.json')
  writeFileSync(signingConfig, JSON.stringify(SIGNING_CONFIG))
  const keys = { node: [{ profiles: ['default'] }] }
  const sections = { limits: { identity, address }, legacy: { port, signingConfig, keys } }
  return startCaServer({
    args: ['--log-level', 'error'],
    editConfig: (text) =>
      Object.entries(sections).reduce(
        (config, [name, section]) => `${config}${name}: ${JSON.stringify(section)}\n`,
        text,
      ),
  })
}

const namedRequest = async (index: number): Promise<string> => {
  const subject = encodeSubject({ commonName: `bench-${index}`, organizations: [] })
  return buildNamedRequest(await generateSigningKey('ecdsa-p256'), subject, [])
}

/** Each connection is a node of its own, as in a cluster. */
const connectionsTo = (server: CaServerProcess): Promise<Connection[]> =>
  Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, index) =>
      connectAs(server, await joinNode(server, `bench-${index}`)),
    ),
  )

const certify = async (connection: Connection | undefined, csr: string): Promise<void> => {
  const body = { profile: 'kube-proxy-client', csr }
  const answer = await connection?.send('POST', '/v1/certificates', body)
  if (answer?.status !== 200) throw new Error(`refused: ${answer?.code ?? answer?.status}`)
}

const runRound = async (pid: number, ask: Ask, requests: readonly string[]): Promise<Round> => {
  const latencies: number[] = []
  const before = cpuOf(pid)
  const start = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      for (let each = 0; each < REQUESTS_EACH; each++) {
        const sent = performance.now()
        await ask(connection, requests[connection * REQUESTS_EACH + each] ?? '')
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  return {
    rate: requests.length / seconds,
    cpu: (cpuOf(pid) - before) / requests.length,
    latencies,
  }
}

const rowsOf = (what: string, rounds: readonly Round[], pid: number): string[][] => {
  const latencies = rounds.flatMap((round) => round.latencies)
  const [middle, late] = [0.5, 0.99].map((share) => percentileOf(latencies, share).toFixed(1))
  return [
    [`${what}: certificates, c=${CONNECTIONS}`, `${rate(rounds)} /s`],
    [`${what}: p50 / p99`, `${middle} / ${late} ms`],
    [`${what}: CPU per certificate`, `${medianOf(rounds.map(({ cpu }) => cpu)).toFixed(0)} µs`],
    [`${what}: memory afterwards`, `${memoryOf(pid).toFixed(0)} MB`],
  ]
}

const rate = (rounds: readonly Round[]): string =>
  medianOf(rounds.map((round) => round.rate)).toFixed(0)

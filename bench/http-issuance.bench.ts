import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { startCaServer } from '../test/support/ca-server-process.ts'
import { type Connection, connectAs, joinNode } from '../test/support/joiner.ts'
import { cpuOf, medianOf, memoryOf, percentileOf } from './process-usage.ts'

const CONNECTIONS = 64
const REQUESTS_EACH = 40
const ROUNDS = 3

/**
 * Durable issuance over HTTPS keep-alive with mutual TLS, the client in this process on the same
 * cores: certificates a second, latency, and CPU of the server alone.
 */
export const benchHttpIssuance = async (): Promise<string[][]> => {
  const server = await startCaServer({ args: ['--log-level', 'error'] })
  try {
    const identity = await joinNode(server, 'bench-1')
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => connectAs(server, identity)),
    )
    const requests = await Promise.all(
      Array.from({ length: CONNECTIONS * REQUESTS_EACH }, async () =>
        buildCertificateRequest(await generateSigningKey('ecdsa-p256')),
      ),
    )
    await runRound(connections, requests)
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = cpuOf(server.pid)
      const { seconds, latencies } = await runRound(connections, requests)
      rounds.push({
        rate: requests.length / seconds,
        cpu: (cpuOf(server.pid) - before) / requests.length,
        latencies,
      })
    }
    for (const connection of connections) connection.close()
    const latencies = rounds.flatMap((round) => round.latencies)
    return [
      [
        `issued over HTTPS, c=${CONNECTIONS}, durable`,
        `${medianOf(rounds.map(({ rate }) => rate)).toFixed(0)} /s`,
      ],
      [
        'p50 / p99',
        `${percentileOf(latencies, 0.5).toFixed(1)} / ${percentileOf(latencies, 0.99).toFixed(1)} ms`,
      ],
      [
        'CPU of the server per certificate',
        `${medianOf(rounds.map(({ cpu }) => cpu)).toFixed(0)} µs`,
      ],
      ['memory of the server afterwards', `${memoryOf(server.pid).toFixed(0)} MB`],
    ]
  } finally {
    await server.dispose()
  }
}

const runRound = async (connections: readonly Connection[], requests: readonly string[]) => {
  const latencies: number[] = []
  const start = performance.now()
  await Promise.all(
    connections.map(async (connection, index) => {
      for (let each = 0; each < REQUESTS_EACH; each++) {
        const sent = performance.now()
        const csr = requests[index * REQUESTS_EACH + each]
        const { status, code } = await connection.send('POST', '/v1/certificates', {
          profile: 'kube-proxy-client',
          csr,
        })
        if (status !== 200) throw new Error(`refused: ${code ?? status}`)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  return { seconds: (performance.now() - start) / 1000, latencies }
}

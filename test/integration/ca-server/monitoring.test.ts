import { once } from 'node:events'
import { request } from 'node:http'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRICS } from '../../../apps/ca-server/src/metrics/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { freePort } from '../../support/free-port.ts'
import { askCertificate, joinNode, openConnection } from '../../support/joiner.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { type NotifySocket, openNotifySocket } from '../../support/notify-socket.ts'
import { until } from '../../support/until.ts'

interface Told {
  readonly status: number
  readonly text: string
}

const get = (port: number, path: string, accept = 'text/plain'): Promise<Told> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { accept }, agent: false })
    sent.once('error', reject)
    sent.once('response', (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.once('end', () =>
        resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    sent.end()
  })

const withMonitoring = (port: number) => (text: string) => `${text}\nmonitoring:\n  port: ${port}\n`

describe('the monitoring listener', () => {
  let server: CaServerProcess
  let port: number
  beforeAll(async () => {
    port = await freePort()
    server = await startCaServer({ editConfig: withMonitoring(port) })
  })
  afterAll(() => server.dispose())

  const metrics = async (): Promise<string> => (await get(port, '/metrics')).text
  /** Of a series by its name and labels as they stand in the text. */
  const valueOf = async (series: string): Promise<number> => {
    const line = (await metrics()).split('\n').find((each) => each.startsWith(`${series} `))
    return Number(line?.slice(series.length + 1) ?? 'NaN')
  }

  it('says that the server lives and is ready', async () => {
    await expect(get(port, '/healthz')).resolves.toEqual({ status: 200, text: 'ok\n' })
    await expect(get(port, '/readyz')).resolves.toEqual({ status: 200, text: 'ok\n' })
  })

  it('tells each check by name, as text and as JSON', async () => {
    const { text } = await get(port, '/readyz?verbose')
    for (const name of ['accepting', 'database-writable', 'issuers', 'clock', 'server-certificate'])
      expect(text).toContain(`[+]${name} ok: `)
    const json = await get(port, '/readyz?verbose', 'application/json')
    expect(JSON.parse(json.text)).toMatchObject({
      status: 'ok',
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'clock', level: 'required', status: 'ok' }),
      ]) as unknown,
    })
  })

  it.each(['/readyz?verbose=x', '/readyz?more', '/metrics?x=1'])('refuses %s', async (path) => {
    await expect(get(port, path)).resolves.toMatchObject({ status: 400 })
  })

  it('offers nothing but health and metrics', async () => {
    for (const path of ['/', '/v1/health', '/v1/tickets', '/v1/node'])
      await expect(get(port, path)).resolves.toMatchObject({ status: 404 })
  })

  it('counts what the CA does, without the names of nodes', async () => {
    const issued =
      'easycerts_certificates_issued_total{profile="kubelet-client",issuer="cluster-g1"}'
    const node = await joinNode(server, 'worker-77')
    await askCertificate(server, node, 'kubelet-client')
    await askCertificate(server, node, 'kube-apiserver')
    expect(await valueOf(issued)).toBe(1)
    const text = await metrics()
    expect(text).toMatch(
      /^easycerts_refusals_total\{rule="[a-z-]+",code="ERR_PROFILE_NOT_PERMITTED"\} 1$/m,
    )
    expect(text).toMatch(
      /^easycerts_http_requests_total\{listener="node",route="\/v1\/certificates",method="POST",status="403"\} 1$/m,
    )
    expect(text).toMatch(/^easycerts_commit_works_count [1-9]/m)
    expect(text).not.toContain('worker-77')
    expect(text).not.toContain('127.0.0.1')
  })

  it('shows the records as they are', async () => {
    const entries = await valueOf('easycerts_log_entries')
    expect(entries).toBeGreaterThan(3)
    const { body } = await server.operator('GET', '/v1/issuers')
    const [issuer] = body['issuers'] as { id: string; notAfter: string }[]
    const series = `easycerts_issuer_not_after_seconds{issuer="${issuer?.id ?? ''}"}`
    expect(await valueOf(series)).toBe(new Date(issuer?.notAfter ?? '').getTime() / 1000)
  })

  it('has every metric of the table, in the text and in the documentation, and no other', async () => {
    const inText = [...(await metrics()).matchAll(/^# TYPE (easycerts_\w+) /gm)].map(([, n]) => n)
    expect(inText.toSorted()).toEqual(Object.keys(METRICS).toSorted())
    const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `(easycerts_\w+)`\s+\| (\w+)\s+\| ([^|]*)\|/gm)]
    const documented = rows.map(([, name, kind, labels]) => [
      name,
      kind,
      labels?.match(/\w+/g) ?? [],
    ])
    const table = Object.entries(METRICS).map(([name, row]) => [name, row.kind, [...row.labels]])
    expect(documented.toSorted()).toEqual(table.toSorted())
  })

  it('counts a path that somebody makes up under one label', async () => {
    for (const path of ['/a', '/b', '/c']) await get(port, path)
    const text = await metrics()
    expect(text).toContain('route="none"')
    expect(text).not.toContain('route="/a"')
  })
})

describe('ca-server status', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await startCaServer()
  })
  afterAll(() => server.dispose())

  it('exits with 0 and tells the checks where all is well', async () => {
    const { exitCode, stdout } = await server.ca(['status'])
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ready', cluster: 'demo' })
    expect(exitCode).toBe(0)
  })

  it('exits with 69 where no server runs', async () => {
    await server.stop()
    await expect(server.ca(['status'])).resolves.toMatchObject({
      exitCode: 69,
      code: 'ERR_SERVER_NOT_RUNNING',
    })
  })
})

describe('a monitoring port that is taken', () => {
  it('is no reason not to serve', async () => {
    const port = await freePort()
    const first = await startCaServer({ editConfig: withMonitoring(port) })
    const second = await startCaServer({ editConfig: withMonitoring(port) })
    expect(second.log()).toContain('EADDRINUSE')
    await expect(second.operator('GET', '/v1/health')).resolves.toMatchObject({ status: 200 })
    await Promise.all([first.dispose(), second.dispose()])
  })
})

describeWith('perl', 'under systemd, ca-server', () => {
  let socket: NotifySocket
  let server: CaServerProcess
  let port: number
  beforeAll(async () => {
    socket = await openNotifySocket()
    port = await freePort()
    server = await startCaServer({
      editConfig: withMonitoring(port),
      env: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '600000' },
    })
  })
  afterAll(async () => {
    socket.close()
    await server.dispose()
  })

  it('says that it is ready, and what it does', async () => {
    await until(() => socket.messages().some((message) => message.includes('READY=1')))
    expect(socket.messages().join()).toContain('STATUS=serving cluster demo')
  })

  it('feeds the watchdog', async () => {
    const beats = () => socket.messages().filter((each) => each.includes('WATCHDOG=1')).length
    const before = beats()
    await until(() => beats() >= before + 2)
  })

  it('finishes what was begun at SIGTERM while it says that it drains', async () => {
    const slow = await openConnection(server.joinPort)
    // Half a request: the answer cannot begin before the rest has come.
    slow.socket.write(
      'POST /v1/join HTTP/1.1\r\nHost: ca\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{',
    )
    await until(async () => (await get(port, '/metrics')).text.includes('listener="join"} 1'))
    const ended = server.stop()
    await until(async () => (await get(port, '/readyz')).status === 503)
    await expect(get(port, '/readyz')).resolves.toMatchObject({
      text: expect.stringContaining('[-]accepting failed (required): draining') as unknown,
    })
    const answer = once(slow.socket, 'data') as Promise<[Buffer]>
    slow.socket.write('   ')
    const [octets] = await answer
    expect(octets.toString('utf8')).toMatch(/^HTTP\/1\.1 400 /)
    await expect(ended).resolves.toEqual({ exitCode: 0, signal: null })
    expect(socket.messages().join()).toContain('STOPPING=1')
  })
})

import { spawnSync } from 'node:child_process'
import { createTerminal } from '@easycerts/adapters/terminal'
import type { RouteReply } from '@easycerts/shared/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runList } from '../../../apps/ca-server/src/commands/list.ts'
import {
  CA_SERVER_BIN,
  type CaServerProcess,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { fillCertificates } from '../../support/fill-certificates.ts'
import { testContext } from '../../support/test-authority.ts'

const ROWS = process.env['SOAK'] === 'full' ? 200_000 : 60_000
const HOUR = 3_600_000

type Certificate = RouteReply<'certificateList'>['certificates'][number]

let server: CaServerProcess
const now = new Date()
beforeAll(async () => {
  server = await startCaServer()
  await server.stop()
  fillCertificates(server.directory, ROWS, now)
  await server.start()
}, 120_000)
afterAll(() => server.dispose())

const cursorIn = (body: Readonly<Record<string, unknown>>): string => body['next'] as string

/** All rows of a list, page by page, and how many pages there were. */
const collect = async (query: string, limit = 1000) => {
  const rows: Certificate[] = []
  let pages = 0
  let after = ''
  for (;;) {
    const path = `/v1/certificates?limit=${limit}&${query}${after}`
    const { status, body } = await server.operator('GET', path)
    expect(status).toBe(200)
    rows.push(...(body['certificates'] as Certificate[]))
    pages += 1
    if (body['next'] === null) return { rows, pages }
    after = `&after=${cursorIn(body)}`
  }
}

describe(`a list of ${ROWS.toLocaleString('en')} certificates`, () => {
  it.each([
    ['node=worker-7', ROWS / 500, ({ subject }: Certificate) => subject.includes('worker-7,')],
    ['node=worker-8&profile=kubelet-client', ROWS / 500, () => true],
    ['node=worker-8&profile=etcd-server', 0, () => true],
    ['profile=etcd-server&issuer=etcd-g1&state=revoked', 0, () => true],
    ['state=revoked', ROWS / 1000, ({ state }: Certificate) => state === 'revoked'],
    ['state=revoked&issuer=etcd-g1', 0, () => true],
    [
      'requester=node%20worker-9',
      ROWS / 500,
      ({ requester }: Certificate) => requester === 'node worker-9',
    ],
    ['requester=ca-server', 3, ({ subject }: Certificate) => subject.startsWith('CN=easycerts ')],
    ['subject=CN%3Detcd-server%20worker-1%2C', 0, () => true],
    ['subject=CN%3Detcd-server%20worker-2%2C', ROWS / 500, () => true],
    [`serial=01${(12_345).toString(16).padStart(32, '0')}`, 1, () => true],
    ['state=expired', 0, () => true],
    ['state=abandoned', 0, () => true],
  ] as const)('gives %s: %d rows', async (query, count, fits) => {
    const { rows } = await collect(query)
    expect(rows.length).toBe(count)
    expect(rows.every(fits)).toBe(true)
    expect(new Set(rows.map(({ serialNumber }) => serialNumber)).size).toBe(count)
  })

  it('gives what was issued since an hour, newest first', async () => {
    const since = new Date(now.getTime() - HOUR).toISOString()
    const { rows } = await collect(`issuedSince=${since}&profile=kubelet-client`)
    expect(rows.length).toBe(HOUR / 1000 / 4)
    const serials = rows.map(({ serialNumber }) => serialNumber)
    expect(serials).toEqual(serials.toSorted().toReversed())
  })

  it('gives what expires first, soonest first', async () => {
    const first = now.getTime() - ROWS * 1000 + 30 * 24 * HOUR
    const before = new Date(first + HOUR).toISOString()
    const { rows } = await collect(`expiresBefore=${before}`, 700)
    expect(rows.length).toBe(HOUR / 1000)
    const ends = rows.map(({ notAfter }) => notAfter)
    expect(ends).toEqual(ends.toSorted())
  })

  it('gives every row once, while more are issued', async () => {
    const seen = new Set<string>()
    let after = ''
    let pages = 0
    do {
      const path = `/v1/certificates?limit=1000${after}`
      const { body } = await server.operator('GET', path)
      for (const { serialNumber } of body['certificates'] as Certificate[]) {
        expect(seen.has(serialNumber)).toBe(false)
        seen.add(serialNumber)
      }
      after = body['next'] === null ? '' : `&after=${cursorIn(body)}`
      pages += 1
      if (pages === 50) await server.ca(['kubeconfig'])
    } while (after !== '')
    expect(seen.size).toBe(ROWS + 3)
  })

  it('refuses the cursor of another list', async () => {
    const { body } = await server.operator('GET', '/v1/certificates?limit=1')
    const path = `/v1/certificates?expiresBefore=2100-01-01T00:00:00.000Z&after=${cursorIn(body)}`
    await expect(server.operator('GET', path)).resolves.toMatchObject({
      status: 400,
      code: 'ERR_BODY_INVALID',
    })
  })

  it('never keeps the server from others for long', async () => {
    const searching = collect('subject=CN%3Dnobody')
    const waits: number[] = []
    for (let turn = 0; turn < 20; turn++) {
      const begin = performance.now()
      await server.operator('GET', '/v1/health')
      waits.push(performance.now() - begin)
    }
    const { rows, pages } = await searching
    expect(rows).toEqual([])
    expect(pages).toBeGreaterThan(ROWS / 10_000)
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(250)
  })
})

describe('ca-server certificate list', () => {
  const options = (more: object = {}) => ({ dataDirectory: server.directory, ...more })

  /** Writes into a counter that is as slow as a terminal, and says how much was held at most. */
  const listInto = async (output: 'text' | 'json', more: object = {}) => {
    let octets = 0
    let text = ''
    let largest = 0
    const stdout = {
      write: (piece: string) => {
        octets += piece.length
        largest = Math.max(largest, piece.length)
        if (text.length < 100_000) text += piece
        return true
      },
    }
    const terminal = createTerminal({
      program: 'ca-server',
      stdout,
      stderr: stdout,
      colour: false,
      output,
    })
    await runList(
      testContext(() => now, { terminal }),
      options(more),
      'certificates',
    )
    return { octets, text, largest }
  }

  it('writes page after page and holds no more than one', async () => {
    const before = process.memoryUsage().heapUsed
    const { octets, largest } = await listInto('json')
    expect(octets).toBeGreaterThan(ROWS * 200)
    expect(largest).toBeLessThan(500_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000)
  })

  it('is one JSON array', async () => {
    const { stdout } = await server.ca(['certificate', 'list', '--limit', '2500'])
    expect((JSON.parse(stdout) as unknown[]).length).toBe(2500)
    const none = await server.ca(['certificate', 'list', '--node', 'nobody'])
    expect(JSON.parse(none.stdout)).toEqual([])
  })

  it('keeps its columns where they are on every page', async () => {
    const { text } = await listInto('text', { profile: 'kubelet-client', limit: '2000' })
    const lines = text.split('\n').filter((line) => line.startsWith('01'))
    expect(new Set(lines.map((line) => line.indexOf('cluster-g1'))).size).toBe(1)
    expect(text.split('\n').filter((line) => line.startsWith('SERIAL')).length).toBe(1)
  })

  it('ends when nobody reads any more', () => {
    const list = `${process.execPath} ${CA_SERVER_BIN} --data-directory ${server.directory} certificate list`
    const begin = performance.now()
    const script = `${list} | head -2; exit \${PIPESTATUS[0]}`
    const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^SERIAL /)
    // All of it would take several times as long.
    expect(performance.now() - begin).toBeLessThan(5_000)
  })

  it.each([
    ['--limit', '0'],
    ['--issued-since', 'yesterday'],
    ['--state', 'gone'],
  ])('refuses %s %s and writes nothing', async (option, value) => {
    await expect(server.ca(['certificate', 'list', option, value])).resolves.toMatchObject({
      exitCode: 64,
      code: 'ERR_USAGE',
      stdout: '',
    })
  })
})

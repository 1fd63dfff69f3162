import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CaServerProcess,
  initCa,
  makeFolder,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { filesOf } from '../../support/file-tree.ts'
import { freePort } from '../../support/free-port.ts'
import { askCertificate, callAs, joinWith, openConnection } from '../../support/joiner.ts'
import { parseTicket } from '@easycerts/shared/ticket'

const PASSPHRASE = 'correct horse battery staple of easycerts'

let server: CaServerProcess
let folder: string
let metricsPort: number
beforeAll(async () => {
  folder = makeFolder()
  const directory = join(folder, 'ca')
  const file = join(folder, 'passphrase')
  writeFileSync(file, PASSPHRASE, { mode: 0o600 })
  const [joinPort, nodePort] = [await freePort(), await freePort()]
  metricsPort = await freePort()
  const ports = ['--join-port', String(joinPort), '--node-port', String(nodePort)]
  await initCa(directory, ports, { protection: ['--passphrase-file', file] })
  server = await startCaServer({
    directory,
    ports: { joinPort, nodePort },
    args: ['--passphrase-file', file, '--log-level', 'debug'],
    editConfig: (text) => `${text}\nmonitoring:\n  port: ${metricsPort}\n`,
  })
})
afterAll(async () => {
  await server.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** The ticket's line as the command prints it, and the seed in it. */
const takeLine = async () => {
  const words = ['ticket', 'create', '--node', 'worker-1', '--role', 'worker']
  const { exitCode, stdout, stderr } = await server.ca(words)
  expect(exitCode, stderr).toBe(0)
  const { ticket } = JSON.parse(stdout) as { readonly ticket: string }
  return ticket
}

describe('a CA in use', () => {
  it('tells neither its passphrase nor a ticket’s secret, in its log, records, files or metrics', async () => {
    const line = await takeLine()
    const { id, seed, pins } = parseTicket(line)
    const node = await joinWith(server, { id, seed, pins })
    await callAs(server, node, 'POST', '/v1/identity/confirm', {})
    expect(await askCertificate(server, node, 'kubelet-client')).toMatchObject({ status: 200 })
    // Secrets sent to the wrong place, and in the wrong field.
    const answers: string[] = []
    const stranger = await openConnection(server.joinPort)
    const text = seed.reveal().toString('base64url')
    const headers = { 'easycerts-log-head': line, 'idempotency-key': text }
    for (const [path, body] of [
      ['/v1/join', { ticket: line, csr: line, signature: line }],
      ['/v1/join', { ticket: id, csr: line, signature: text, [line]: line }],
      ['/v1/join', { ticket: id, csr: text, signature: text }],
      [`/v1/${line}`, {}],
    ] as const)
      answers.push(JSON.stringify((await stranger.send('POST', path, body, headers)).body))
    stranger.close()
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    const health = await (await fetch(`http://127.0.0.1:${metricsPort}/readyz?verbose`)).text()
    const places: readonly (readonly [string, Buffer])[] = [
      ['the log', Buffer.from(server.log())],
      ['the answers', Buffer.from(answers.join('\n'))],
      ['the monitoring listener', Buffer.from(metrics + health)],
      ...filesOf(server.directory).map((path) => [path, readFileSync(path)] as const),
    ]
    const raw = seed.reveal()
    const secrets = [
      raw,
      ...[text, raw.toString('base64'), raw.toString('hex'), line, PASSPHRASE].map((secret) =>
        Buffer.from(secret),
      ),
    ]
    const told = places.filter(([, content]) => secrets.some((secret) => content.includes(secret)))
    expect(told.map(([place]) => place)).toEqual([])
    expect(places.length).toBeGreaterThan(5)
    expect(answers).toHaveLength(4)
  })
})

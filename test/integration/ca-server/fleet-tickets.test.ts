import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { parseTicket } from '@easycerts/shared/ticket'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  callAs,
  joinNode,
  joinWith,
  takeTicket,
  ticketWish,
  tryJoin,
} from '../../support/joiner.ts'
import { runInProcess } from '../../support/run-in-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
  await joinNode(server, 'joined')
})
afterAll(() => server.dispose())

const ca = (...args: readonly string[]) =>
  runInProcess(['--data-directory', server.directory, '--output', 'json', ...args])

const listed = async (...args: readonly string[]) =>
  JSON.parse((await ca('ticket', 'list', ...args)).stdout) as { id: string; node: string }[]

const inFile = (text: string): string => {
  const path = join(temporaryFolder(), 'nodes')
  writeFileSync(path, text)
  return path
}

describe('ticket create --nodes', () => {
  it('makes a ticket for each node, and each of them joins by its own', async () => {
    const out = join(temporaryFolder(), 'tickets')
    const file = inFile(
      'name,role,addresses,hosts\nlist-1,worker,192.0.2.1,\nlist-2,,192.0.2.2 2001:db8::2,two.example\n',
    )
    const made = await ca('ticket', 'create', '--nodes', file, '--role', 'worker', '--out', out)
    expect(made.exitCode).toBe(0)
    expect(made.stdout).not.toContain('ec1.')
    expect(readdirSync(out).toSorted()).toEqual(['index.json', 'list-1.ticket', 'list-2.ticket'])
    for (const name of readdirSync(out)) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600)
    expect(statSync(out).mode & 0o777).toBe(0o700)
    const index = readFileSync(join(out, 'index.json'), 'utf8')
    expect(index).not.toContain('ec1.')
    expect(JSON.parse(index)).toMatchObject([{ node: 'list-1' }, { node: 'list-2' }])

    const ticket = parseTicket(readFileSync(join(out, 'list-2.ticket'), 'utf8'))
    await joinWith(server, ticket)
    const { stdout } = await ca('ticket', 'show', ticket.id)
    expect(JSON.parse(stdout)).toMatchObject({
      node: 'list-2',
      state: 'bound',
      hosts: ['two.example', '192.0.2.2', '2001:db8::2'],
      nodes: [{ node: 'list-2' }],
    })
  })

  it('makes none where one is at fault, and says all faults with their lines', async () => {
    const before = await listed()
    const file = inFile(
      '- name: fault-1\n- name: joined\n- name: fault-2\n  hosts: [kubernetes]\n- name: fault-3\n',
    )
    const out = join(temporaryFolder(), 'tickets')
    const made = await server.ca([
      'ticket',
      'create',
      '--nodes',
      file,
      '--role',
      'worker',
      '--out',
      out,
    ])
    expect(made).toMatchObject({ exitCode: 78, code: 'ERR_CONFIG_INVALID' })
    expect(made.stderr).toContain(`${file}:2: node joined has joined already`)
    expect(made.stderr).toContain(`${file}:3: kubernetes is a name or an address of the CA`)
    expect(await listed()).toEqual(before)
    expect(readdirSync(out)).toEqual([])
  })

  it('overwrites nothing, and leaves no ticket behind that nobody has', async () => {
    const out = temporaryFolder()
    writeFileSync(join(out, 'kept-1.ticket'), 'mine')
    const file = inFile('name\nkept-2\nkept-1\n')
    const words = ['ticket', 'create', '--nodes', file, '--role', 'worker', '--out', out]
    expect((await ca(...words)).code).toBe('ERR_FILE_NOT_WRITABLE')
    expect(readdirSync(out)).toEqual(['kept-1.ticket'])
    expect(readFileSync(join(out, 'kept-1.ticket'), 'utf8')).toBe('mine')
    expect(await listed('--node', 'kept-2')).toEqual([])
  })

  it('revokes what it made if the files cannot be written after all', async () => {
    const out = temporaryFolder()
    symlinkSync(join(out, 'nowhere'), join(out, 'index.json'))
    const words = ['--nodes', inFile('name\nlost-1\n'), '--role', 'worker', '--out', out]
    expect((await ca('ticket', 'create', ...words)).exitCode).not.toBe(0)
    expect(readdirSync(out)).toEqual(['index.json'])
    expect(await listed('--node', 'lost-1', '--state', 'revoked')).toHaveLength(1)
  })

  it.each([
    ['a node beside the file', ['--node', 'x', '--role', 'worker']],
    ['uses', ['--role', 'worker', '--uses', '3']],
    ['an address for all', ['--role', 'worker', '--address', '192.0.2.1']],
    ['a key for all', ['--role', 'worker', '--key-pin', 'a'.repeat(64)]],
  ])('refuses %s', async (_title, more) => {
    const file = inFile('name\nrefused-1\n')
    expect((await ca('ticket', 'create', '--nodes', file, ...more)).code).toBe('ERR_USAGE')
  })

  it('asks for the role of those that have none', async () => {
    const made = await ca('ticket', 'create', '--nodes', inFile('name,role\na1,worker\na2,\n'))
    expect(made.code).toBe('ERR_CONFIG_INVALID')
  })

  it('makes hundreds in one go', async () => {
    const names = Array.from({ length: 600 }, (_, index) => `many-${index}`)
    const file = inFile(`name\n${names.join('\n')}\n`)
    const made = await ca('ticket', 'create', '--nodes', file, '--role', 'worker')
    const tickets = JSON.parse(made.stdout) as { ticket: string; node: string }[]
    expect(tickets.map(({ node }) => node)).toEqual(names)
    expect(new Set(tickets.map(({ ticket }) => parseTicket(ticket).id)).size).toBe(600)
  })
})

describe('ticket create with a pattern', () => {
  it('makes one ticket by which several machines join under their own names', async () => {
    const out = temporaryFolder()
    const words = ['--node', 'pool-{01..04}', '--role', 'worker', '--out', out]
    expect((await ca('ticket', 'create', ...words)).exitCode).toBe(0)
    const [file = ''] = readdirSync(out).filter((name) => name.endsWith('.ticket'))
    const ticket = parseTicket(readFileSync(join(out, file), 'utf8'))
    for (const hostname of ['pool-01', 'pool-04']) {
      const key = await generateSigningKey('ecdsa-p256')
      const csr = buildCertificateRequest(key)
      const { body } = await tryJoin(server, ticket, { csr, body: { hostname } })
      expect(body['node']).toMatchObject({ name: hostname, role: 'worker', hosts: [] })
      const identity = { key, certificate: String(body['certificate']) }
      const confirmed = await callAs(server, identity, 'POST', '/v1/identity/confirm', {})
      expect(confirmed.status).toBe(200)
      const { body: facts } = await callAs(server, identity, 'GET', '/v1/node')
      expect(facts['node']).toMatchObject({ name: hostname })
    }
    const { stdout } = await ca('ticket', 'show', ticket.id)
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'open',
      uses: 4,
      usesTaken: 2,
      nodes: [{ node: 'pool-01' }, { node: 'pool-04' }],
    })
  })
})

describe('ticket list', () => {
  it('shows what is asked for: by state, by node that used it, by role, page after page', async () => {
    const fleet = await takeTicket(server, 'shown-*', { uses: 2 })
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    await tryJoin(server, fleet, { csr, body: { node: 'shown-1' } })
    const ids = async (...args: string[]) => (await listed(...args)).map(({ id }) => id)
    expect(await ids('--node', 'shown-1')).toEqual([fleet.id])
    expect(await ids('--node', 'shown-*')).toEqual([fleet.id])
    expect(await ids('--node', 'shown-2')).toEqual([])
    const master = await takeTicket(server, 'shown-master', { role: 'master' })
    expect(await ids('--role', 'master')).toEqual([master.id])
    expect(await ids('--role', 'master', '--state', 'revoked')).toEqual([])
    await server.operator('POST', `/v1/tickets/${master.id}/revoke`, {})
    expect(await ids('--role', 'master', '--state', 'revoked')).toEqual([master.id])

    const all: unknown[] = []
    let after = ''
    for (;;) {
      const { body } = await server.operator('GET', `/v1/tickets?state=open&limit=250${after}`)
      all.push(...(body['tickets'] as { id: string }[]).map(({ id }) => id))
      if (body['next'] === null) break
      after = `&after=${body['next'] as string}`
    }
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(600)
    expect(all).not.toContain(master.id)
  })

  it('calls a state what the state is', async () => {
    const expected = { open: 0, bound: 0, spent: 0, expired: 0, revoked: 0 }
    for (const { state } of (await listed()) as { state?: keyof typeof expected }[])
      if (state !== undefined) expected[state]++
    for (const [state, count] of Object.entries(expected))
      expect(await listed('--state', state), state).toHaveLength(count)
  })
})

describe('ticket revoke', () => {
  it('ends several, those of a node, or all that still let somebody join', async () => {
    const [a, b] = [await takeTicket(server, 'end-1'), await takeTicket(server, 'end-2')]
    expect((await ca('ticket', 'revoke', a.id, b.id)).exitCode).toBe(0)
    const fleet = await takeTicket(server, 'end-*', { uses: 2 })
    const other = await takeTicket(server, 'end-3')
    const byNode = await ca('ticket', 'revoke', '--node', 'end-*')
    expect(JSON.parse(byNode.stdout)).toEqual({ tickets: [fleet.id] })
    const all = JSON.parse((await ca('ticket', 'revoke', '--all')).stdout) as { tickets: string[] }
    expect(all.tickets).toContain(other.id)
    expect(await listed('--state', 'open')).toEqual([])
    expect(JSON.parse((await ca('ticket', 'revoke', '--all')).stdout)).toEqual({ tickets: [] })
  })

  it.each([[[]], [['--all', '--node', 'x']], [['222222222222', '--all']]])(
    'asks which ones for %j',
    async (words) => {
      expect((await ca('ticket', 'revoke', ...words)).code).toBe('ERR_USAGE')
    },
  )
})

describe('a list of tickets over HTTP', () => {
  it('is all or nothing, and refuses a node twice', async () => {
    const { publicKey, ...rest } = ticketWish('twice')
    const wish = { ...rest, publicKey }
    const { body } = await server.operator('POST', '/v1/ticket-lists', { tickets: [wish, wish] })
    expect(body).toMatchObject({ tickets: [], faults: [{ index: 1, code: 'ERR_USAGE' }] })
    expect(await listed('--node', 'twice')).toEqual([])
  })
})

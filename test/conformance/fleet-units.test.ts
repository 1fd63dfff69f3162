import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describedStack, exampleText, verifyUnits } from '../support/units/described-stack.ts'
import { readCommand, readUnit } from '../support/units/read-unit.ts'
import { fileOf } from '../support/units/sample-stacks.ts'
import { describeWith } from '../support/needed-tool.ts'

/** What a machine of CoreOS has, and units of the other machines that this one waits for. */
const THERE_ALREADY = ['etcd2.service', 'fleet.service', 'kube-apiserver.service']

describeWith('systemd-analyze', 'systemd says nothing against the units of fleet', () => {
  describe.each([false, true])('(verbatim: %s)', (verbatim) => {
    it.each(['core-1', 'core-2'])('on %s', (node) => {
      const stack = describedStack(exampleText('fleet'), node, { verbatim })
      const units = stack.files.filter(({ path }) => path.endsWith('.service'))
      const others = THERE_ALREADY.filter((name) => !units.some(({ path }) => path.endsWith(name)))
      expect(units.length).toBeGreaterThan(2)
      expect(verifyUnits(units, others)).toEqual({ status: 0, output: '' })
    })
  })

  it('and says something where fleet’s section has another name', () => {
    const [unit] = describedStack(exampleText('fleet'), 'core-2').files
    const broken = { ...unit!, content: unit!.content.replace('[X-Fleet]', '[Fleet]') }
    const others = ['setup-network-environment.service']
    expect(verifyUnits([broken], others).output).toContain("Unknown section 'Fleet'")
  })
})

describeWith('curl', 'a download of fleet’s units', () => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-fleet-'))
  const program = join(folder, 'bin/kube-proxy')
  const PROXY = '#!/bin/sh\necho proxy\n'
  const SUM = spawnSync('sha256sum', { input: PROXY, encoding: 'utf8' }).stdout.split(' ')[0]!
  let server: Server
  let answer = { status: 200, body: PROXY }
  const seen: number[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      const isNew = request.headers['if-modified-since'] === undefined
      const status = answer.status === 200 && !isNew ? 304 : answer.status
      seen.push(status)
      response.writeHead(status, { 'last-modified': 'Mon, 15 Jun 2015 00:00:00 GMT' })
      response.end(status === 304 ? undefined : answer.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    rmSync(join(folder, 'bin'), { recursive: true, force: true })
    answer = { status: 200, body: PROXY }
    seen.length = 0
  })

  /** The very words of ExecStartPre, as systemd would run them; true if it ends well. */
  const start = async (fleet: object = {}): Promise<boolean> => {
    const { port } = server.address() as AddressInfo
    const description = {
      name: 'attic',
      flavour: 'fleet',
      masterAddress: '10.0.0.1',
      nodes: [{ name: 'core-1', roles: ['master'] }],
      programs: { kubernetesBinDirectory: join(folder, 'bin') },
      fleet: { downloadFrom: `http://127.0.0.1:${port}/release`, ...fleet },
    }
    const unit = fileOf(describedStack(description, 'core-1'), 'kube-proxy.service')
    const [line] = readUnit(unit).filter(({ name }) => name === 'ExecStartPre')
    const [file = '', ...args] = readCommand(line!.value)
    return promisify(execFile)(file, args).then(
      () => true,
      () => false,
    )
  }
  const there = () => (existsSync(program) ? readFileSync(program, 'utf8') : undefined)

  it('makes its directory and a program that runs', async () => {
    expect(await start()).toBe(true)
    expect(spawnSync(program, { encoding: 'utf8' }).stdout).toBe('proxy\n')
  })

  it('is not made again while the site has nothing newer', async () => {
    expect([await start(), await start()]).toEqual([true, true])
    expect(seen).toEqual([200, 304])
    expect(there()).toBe(PROXY)
  })

  it('never makes a program of an error page', async () => {
    answer = { status: 404, body: 'not here' }
    expect(await start()).toBe(false)
    expect(there()).toBeUndefined()
  })

  it('starts the program that is there while the site is broken', async () => {
    await start()
    answer = { status: 403, body: 'forbidden' }
    expect(await start()).toBe(true)
    expect(there()).toBe(PROXY)
  })

  it('throws away what has another SHA-256', async () => {
    expect(await start({ sha256: { 'kube-proxy': SUM } })).toBe(true)
    rmSync(program)
    answer = { status: 200, body: '#!/bin/sh\necho evil\n' }
    expect(await start({ sha256: { 'kube-proxy': SUM } })).toBe(false)
    expect(there()).toBeUndefined()
  })

  it('does not start a program that is there and has another SHA-256', async () => {
    await start()
    writeFileSync(program, '#!/bin/sh\necho evil\n')
    answer = { status: 500, body: '' }
    expect(await start({ sha256: { 'kube-proxy': SUM } })).toBe(false)
  })
})

import { EventEmitter } from 'node:events'
import { geteuid, pid } from 'node:process'
import { lockIdentity } from '@easycerts/adapters/identity-store'
import { createTerminal } from '@easycerts/adapters/terminal'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours } from '@easycerts/shared/time'
import { describe, expect, it, vi } from 'vitest'
import { runProgram } from '@easycerts/adapters/command-line'
import { buildProgram } from '../../../apps/certmgr/src/cli.ts'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'
import { freePort } from '../../support/free-port.ts'

/** The command line of certmgr on a node, with everything that it says and does outside. */
const commandLine = (node: TestNode) => {
  const signals = new EventEmitter()
  const said = { stdout: '', stderr: '' }
  const exits: number[] = []
  const sent: [number, string][] = []
  const run = async (...words: string[]): Promise<number> => {
    let code = 0
    said.stdout = said.stderr = ''
    const json = words.includes('json')
    const terminal = createTerminal({
      program: 'certmgr',
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: (text) => (said.stderr += text) },
      colour: false,
      output: json ? 'json' : 'text',
    })
    const context = {
      terminal,
      clock: node.time.clock,
      uid: geteuid?.() ?? 0,
      pid,
      logSink: { write: (text: string) => (said.stderr += text) },
      signals,
      onSignal: (signal: string, listener: () => void) => signals.on(signal, listener),
      sendSignal: (to: number, signal: string) => {
        sent.push([to, signal])
        signals.emit(signal)
      },
      exit: (exitCode: number) => exits.push(exitCode),
      notifySocket: undefined,
      watchdogMicroseconds: undefined,
      environment: {},
    }
    const program = buildProgram(context, (exitCode) => (code = exitCode))
    const argv = ['node', 'certmgr', '--root', node.root, ...words]
    const failure = await runProgram(program, argv, terminal)
    return failure === 0 ? code : failure
  }
  return { run, said, signals, exits, sent }
}

describe('certmgr ensure', () => {
  it('makes everything true, and status agrees', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { run, said } = commandLine(node)
    expect(await run('status')).toBe(75)
    expect(said.stdout).toContain('missing')
    expect(await run('ensure')).toBe(0)
    expect(await run('status', '--output', 'json')).toBe(0)
    const report = JSON.parse(said.stdout) as { certificates: object[] }
    expect(report.certificates).toMatchObject([
      { name: 'kubelet-client', state: 'good', subject: 'CN=system:node:worker-1, O=system:nodes' },
    ])
  })

  it('ends with 75 and the reason when something fails', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    node.ca.behaviour.isDown = true
    const { run, said } = commandLine(node)
    expect(await run('ensure')).toBe(75)
    expect(said.stdout).toContain('cannot reach https://127.0.0.1')
  })

  it('is refused while another process has the identity', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const lock = await lockIdentity(node.store.directory, node.time.clock)
    const { run, said } = commandLine(node)
    expect(await run('ensure')).toBe(65)
    expect(said.stderr).toContain('certmgr renew')
    expect(await run('run')).toBe(65)
    await lock.release()
  })
})

describe('certmgr status', () => {
  it('ends with 75 when a certificate has expired', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { run, said } = commandLine(node)
    await run('ensure')
    node.time.advance(hours(25))
    expect(await run('status')).toBe(75)
    expect(said.stdout).toMatch(/kubelet-client .* expired/)
  })
})

describe('certmgr check', () => {
  it('tells all faults of all specs and ends with 78', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { run, said } = commandLine(node)
    expect(await run('check')).toBe(0)
    node.write(`${NODE_PATHS.specDirectory}/1.yaml`, 'kind: Certificate\nname: A\n')
    node.write(`${NODE_PATHS.specDirectory}/2.yaml`, 'kind: Other\n')
    expect(await run('check')).toBe(78)
    expect(said.stdout).toMatch(/1\.yaml:2:1: name(.|\n)*2\.yaml:1:1: kind/)
  })
})

describe('certmgr renew', () => {
  it('renews here and now when no daemon runs', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { run } = commandLine(node)
    await run('ensure')
    const { serialNumber } = node.certificate('/pki/kubelet-client.crt')
    expect(await run('renew', 'kubelet-client')).toBe(0)
    expect(node.certificate('/pki/kubelet-client.crt').serialNumber).not.toBe(serialNumber)
  })

  it('refuses a name that no spec has', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { run, said } = commandLine(node)
    expect(await run('renew', 'kubelet')).toBe(64)
    expect(said.stderr).toContain('kubelet-client')
  })
})

describe('certmgr run', () => {
  it('obeys renew, refuses a second one, and ends cleanly when told to', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const daemon = commandLine(node)
    const ended = daemon.run('run')
    const serial = () => node.certificate('/pki/kubelet-client.crt').serialNumber
    await vi.waitFor(serial, 10_000)
    const operator = commandLine(node)
    await vi.waitFor(async () => {
      await operator.run('status')
      expect(operator.said.stdout).toContain('running for')
    }, 10_000)
    expect(await operator.run('run')).toBe(65)

    const before = serial()
    expect(await operator.run('renew')).toBe(0)
    expect(operator.sent).toEqual([[pid, 'SIGUSR1']])
    daemon.signals.emit('SIGUSR1')
    await vi.waitFor(() => expect(serial()).not.toBe(before), 10_000)

    daemon.signals.emit('SIGTERM', 'SIGTERM')
    expect(await ended).toBe(0)
    await vi.waitFor(() => expect(daemon.exits).toEqual([0]), 10_000)
    expect(await operator.run('status')).toBe(0)
    expect(operator.said.stdout).toContain('not running')
  })

  it('tells in status which spec is bad, and that it stays in force', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const daemon = commandLine(node)
    const ended = daemon.run('run')
    await vi.waitFor(() => node.certificate('/pki/kubelet-client.crt'), 10_000)
    node.write(`${NODE_PATHS.specDirectory}/kubelet-client.yaml`, 'kind: [')
    const operator = commandLine(node)
    await vi.waitFor(async () => {
      expect(await operator.run('status')).toBe(75)
      expect(operator.said.stdout).toContain('the spec stays in force as it was')
    }, 10_000)
    expect(operator.said.stdout.match(/kubelet-client\.yaml:1:8/g)).toHaveLength(1)
    daemon.signals.emit('SIGTERM', 'SIGTERM')
    expect(await ended).toBe(0)
  })

  it('serves metrics where the configuration wants them, and ends cleanly with a scraper connected', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const port = await freePort()
    const config = node.read(NODE_PATHS.certmgrConfig)
    node.write(NODE_PATHS.certmgrConfig, `${config}metrics:\n  port: ${port}\n`)
    const daemon = commandLine(node)
    const ended = daemon.run('run')
    await vi.waitFor(async () => {
      const reply = await fetch(`http://127.0.0.1:${port}/metrics`)
      expect(await reply.text()).toContain('easycerts_certmgr_well 1')
    }, 10_000)
    daemon.signals.emit('SIGTERM', 'SIGTERM')
    expect(await ended).toBe(0)
    await vi.waitFor(() => expect(daemon.exits).toEqual([0]), 10_000)
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
  })

  it('says how to join on a machine that has not joined', async () => {
    const node = await joinedNode([])
    await node.store.discardPending('join')
    node.write(`${NODE_PATHS.identityDirectory}/node.json`, 'rubbish')
    const { run, said } = commandLine(node)
    expect(await run('run')).toBe(78)
    expect(said.stderr).toContain('join')
  })
})

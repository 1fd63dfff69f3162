import { chmodSync } from 'node:fs'
import type { Action } from '@easycerts/shared/certificate-spec'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, minutes } from '@easycerts/shared/time'
import { parseCertificateRequest, formatName } from '@easycerts/shared/x509'
import { describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { runPass } from '../../../apps/certmgr/src/pass/index.ts'
import { loadAllSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { startFakeRemote } from '../../support/cfssl/fake-remote.ts'
import { AUTH_KEY } from '../../support/cfssl/start-cfssl.ts'
import { commandLine } from '../../support/certmgr/command-line.ts'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import { certificateSpec, joinedNode } from '../../support/certmgr/test-node.ts'
import { freePort } from '../../support/free-port.ts'

const machineWith = async (more: Parameters<typeof oldSpec>[2] = {}, settings: object = {}) => {
  const machine = oldMachine(settings)
  const remote = await startFakeRemote(machine.time.clock)
  machine.spec('web', oldSpec(machine, remote.url, more))
  return { machine, remote }
}

/** As recorded of certmgr 3.0.3, but for the request itself. */
const RECORDED =
  '{"hosts":["web.example","127.0.0.1"],"certificate_request":"CSR","profile":"server",' +
  '"crl_override":"","label":"","NotBefore":"0001-01-01T00:00:00Z",' +
  '"NotAfter":"0001-01-01T00:00:00Z","ReturnPrecert":false}'

describe('what an old spec sends', () => {
  it('is what the old certmgr sent', async () => {
    const request = {
      CN: 'web.example',
      hosts: ['web.example', '127.0.0.1'],
      names: [{ C: 'US', O: 'Lab', OU: 'Web' }],
    }
    const { machine, remote } = await machineWith({ request })
    const { pass } = await machine.start()
    await pass()
    const [info = '', authsign = ''] = remote.bodies
    expect(info).toBe('{"label":"","profile":"server"}')
    const outer = JSON.parse(authsign) as { request: string; timestamp: number }
    expect(Object.keys(outer)).toEqual(['timestamp', 'token', 'request'])
    const inner = Buffer.from(outer.request, 'base64').toString()
    expect(inner.replace(/(?<="certificate_request":")[^"]+/, 'CSR')).toBe(RECORDED)
    const csr = parseCertificateRequest(remote.asked[0]?.certificate_request ?? '')
    expect(formatName(csr.subject)).toBe('CN=web.example, OU=Web, O=Lab, C=US')
    expect(csr.names.map(({ value }) => value)).toEqual(['web.example', '127.0.0.1'])
  })

  it('is signed with a key from a variable, and with none that is not there', async () => {
    const authority = { auth_key: 'env:API_TOKEN' }
    const { machine } = await machineWith({ authority })
    const without = await machine.start()
    await without.pass()
    expect(without.memory.attempts.get('web')?.lastFailure).toMatchObject({
      code: 'ERR_CONFIG_INVALID',
      message: 'the variable API_TOKEN is not set',
    })
    const { pass, memory } = await machine.start({ API_TOKEN: AUTH_KEY })
    await pass()
    expect(memory.attempts.size).toBe(0)
  })

  it('is signed with the key of the spec, as soon as that is another', async () => {
    const { machine, remote } = await machineWith({ authority: { auth_key: 'aa' } })
    const { run } = commandLine(machine.time.clock)
    expect(await run('-f', machine.config, 'ensure')).toBe(75)
    machine.spec('web', oldSpec(machine, remote.url))
    expect(await run('-f', machine.config, 'ensure')).toBe(0)
  })
})

describe('what follows a change of an old spec', () => {
  it.each([
    ['systemd', 'restart', { restart: 'web.service', manager: 'systemd' }],
    ['openrc', 'reload', { reload: 'web.service', manager: 'openrc' }],
    ['sysv', 'restart', { restart: 'web.service', manager: 'sysv' }],
    ['circus', 'reload', { reload: 'web.service', manager: 'circus' }],
  ])('%s: %s', async (svcmgr, action, expected) => {
    const fields = { svcmgr, action, service: 'web', take_actions_only_if_running: true }
    const { machine } = await machineWith(fields)
    const { context } = await machine.start()
    const actions: Action[] = context.specs.certificates.flatMap((spec) => spec.actions.leaf ?? [])
    expect(actions).toEqual([{ ...expected, onlyIfRunning: true }])
  })

  it.each([
    ['leaves alone what is stopped', 'web', true, ['web status']],
    ['restarts what is named', 'web', false, ['web restart']],
    ['waits for no lease where there is nobody to give one', 'etcd', false, ['etcd restart']],
  ])('by the program of the service manager: %s', async (_, service, onlyIfRunning, expected) => {
    const fields = { svcmgr: 'openrc', action: 'restart', service }
    const take_actions_only_if_running = onlyIfRunning
    const { machine } = await machineWith({ ...fields, take_actions_only_if_running })
    const says = `echo "$@" >> ${machine.at('actions')}; test $2 = restart || exit 3`
    machine.write('bin/rc-service', `#!/bin/sh\n${says}\n`)
    chmodSync(machine.at('bin/rc-service'), 0o755)
    const path = process.env['PATH'] ?? ''
    process.env['PATH'] = `${machine.at('bin')}:${path}`
    try {
      const { pass, context } = await machine.start()
      await pass()
      expect(context.ledger.current()).toEqual([])
    } finally {
      process.env['PATH'] = path
    }
    expect(machine.actions()).toEqual(expected)
  })

  it('is nothing for dummy and for nop', async () => {
    const { machine } = await machineWith({ svcmgr: 'dummy', action: 'anything' })
    const { context, pass } = await machine.start()
    await pass()
    expect(context.specs.certificates.map(({ actions }) => actions)).toEqual([{ leaf: [] }])
    expect(context.ledger.current()).toEqual([])
  })

  it('is a repair without an action where only a mode was wrong', async () => {
    const { machine } = await machineWith()
    const { pass } = await machine.start()
    await pass()
    const files = machine.files()
    chmodSync(machine.at('pki/web.key'), 0o644)
    chmodSync(machine.at('pki/ca.pem'), 0o600)
    await pass()
    expect(machine.files()).toEqual(files)
    expect(machine.actions()).toHaveLength(1)
    expect(machine.log.join('')).toContain('files put right')
  })
})

describe('an old spec that changes', () => {
  it('gets a certificate for what it says now, and keeps it', async () => {
    const { machine, remote } = await machineWith()
    const { run } = commandLine(machine.time.clock)
    const ensure = () => run('-f', machine.config, 'ensure')
    await ensure()
    const request = { CN: 'web.example', hosts: ['new.example'], names: [{ O: 'Lab' }] }
    machine.spec('web', oldSpec(machine, remote.url, { request }))
    expect(await ensure()).toBe(0)
    expect(machine.certificate('pki/web.pem').names).toEqual([
      { kind: 'dns', value: 'new.example' },
    ])
    await ensure()
    expect(remote.asked).toHaveLength(2)
  })
})

describe('metrics of old specs', () => {
  it('have the old names, and one series for each file', async () => {
    const port = await freePort()
    const settings = { metrics_address: '127.0.0.1', metrics_port: port }
    const { machine } = await machineWith({}, settings)
    const { run, signals } = commandLine(machine.time.clock)
    const ended = run('-f', machine.config)
    await vi.waitFor(() => expect(machine.actions()).toHaveLength(1), 10_000)
    machine.time.advance(minutes(1))
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    signals.emit('SIGTERM', 'SIGTERM')
    expect(await ended).toBe(0)
    const name = `name="${machine.at('certmgr.d/web.json')}"`
    const series = text.split('\n').filter((line) => line.includes(name))
    expect(series.map((line) => line.replace(/ \d\S*$/, ''))).toEqual(
      expect.arrayContaining([
        `certmgr_spec_expire_timestamp{${name},type="ca"}`,
        `certmgr_spec_expire_timestamp{${name},type="cert"}`,
      ]) as string[],
    )
    // The CA's file, and the pair.
    expect(series).toContain(`certmgr_spec_write_count{${name}} 2`)
  })
})

describe('a node that has joined and still has old specs', () => {
  it('keeps both, each by its own CA, and tells its CA of its own alone', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const remote = await startFakeRemote(node.time.clock)
    const own = node.read(NODE_PATHS.certmgrConfig)
    node.write(NODE_PATHS.certmgrConfig, `${own}oldCertmgr: /etc/certmgr/certmgr.yaml\n`)
    node.write('/etc/certmgr/certmgr.yaml', 'dir: /etc/certmgr.d\n')
    const spec = oldSpec({ at: (name) => `/old/${name}` }, remote.url)
    node.write('/etc/certmgr.d/web.json', JSON.stringify(spec))
    const { context, memory } = await node.start()
    const config = loadConfig({ root: node.root, file: undefined })
    const both = { ...context, config, specs: loadAllSpecs(config) }
    await runPass(both, memory)
    await runPass(both, memory)
    expect(memory.attempts.size).toBe(0)
    expect(node.certificate('/old/pki/web.pem').issuer).toEqual(remote.ca.certificate.subjectDer)
    expect(formatName(node.certificate('/pki/kubelet-client.crt').subject)).toContain('system:node')
    expect(remote.asked).toHaveLength(1)
    expect(node.ca.calls.filter((call) => call.startsWith('POST /v1/certificate'))).toHaveLength(1)

    remote.isDown = true
    node.time.advance(hours(16))
    await runPass(both, memory)
    expect([...memory.attempts.keys()]).toEqual([`${remote.url} profile server`])
    expect(node.ca.calls.filter((call) => call.startsWith('POST /v1/certificate'))).toHaveLength(2)
  })
})

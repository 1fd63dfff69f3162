import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { describe, expect, it } from 'vitest'
import { startFakeRemote } from '../../support/cfssl/fake-remote.ts'
import { type OldMachine, oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'

const CERTMGR = 'apps/certmgr/bin/certmgr.js'

const PEAK = `import { writeFileSync } from 'node:fs'
process.on('exit', () =>
  writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))`

/** One run of the real program, with few files open at once; its exit code and its peak memory in KiB. */
const runCertmgr = async (
  machine: OldMachine,
  words: readonly string[],
  env: NodeJS.ProcessEnv = { PATH: process.env['PATH'] },
) => {
  machine.write('peak.mjs', PEAK)
  const command = `ulimit -n 48; exec "$0" --import "${machine.at('peak.mjs')}" "$@"`
  const certmgr = [CERTMGR, '-f', machine.config, ...words]
  const child = spawn('/bin/sh', ['-c', command, execPath, ...certmgr], {
    env: { ...env, PEAK_FILE: machine.at('peak') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, stderr, peak: Number(machine.read('peak')) }
}

const MANY = 40

const machineWith = async (count: number) => {
  const machine = oldMachine()
  const remote = await startFakeRemote(machine.time.clock)
  const authority = { root_ca: machine.at('roots.pem') }
  machine.write('roots.pem', remote.ca.pem)
  for (let number = 0; number < count; number++)
    machine.spec(`s${number}`, {
      ...oldSpec(machine, remote.url, { name: `s${number}`, authority }),
      svcmgr: 'dummy',
    })
  return { machine, remote }
}

describe('processes of cloudflare’s certmgr 3.0.3', () => {
  it('B13, B14: many specs need no more files open than one, and hardly more memory', async () => {
    const one = await machineWith(1)
    const few = await runCertmgr(one.machine, ['ensure'])
    const many = await machineWith(MANY)
    const all = await runCertmgr(many.machine, ['ensure'])
    expect([few.exitCode, all.exitCode]).toEqual([0, 0])
    // A key, a certificate, and the one CA.
    expect(Object.keys(many.machine.files())).toHaveLength(2 * MANY + 1)
    expect(many.remote.calls.filter((call) => call.startsWith('info'))).toHaveLength(1)
    // The old one took 850 KiB for each.
    expect((all.peak - few.peak) / MANY).toBeLessThan(600)
  })

  it('1.10 init: a check looks for no program of any service manager', async () => {
    const { machine, remote } = await machineWith(1)
    const service = { svcmgr: 'openrc', action: 'restart', service: 'web' }
    machine.spec('other', { ...oldSpec(machine, remote.url, { name: 'other' }), ...service })
    const { exitCode, stderr } = await runCertmgr(machine, ['check'], { PATH: '/nowhere' })
    expect(stderr).not.toContain('error')
    expect(exitCode).toBe(0)
  })
})

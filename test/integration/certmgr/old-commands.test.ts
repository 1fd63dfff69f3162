import { existsSync, symlinkSync } from 'node:fs'
import { hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it, vi } from 'vitest'
import { startFakeRemote } from '../../support/cfssl/fake-remote.ts'
import { commandLine } from '../../support/certmgr/command-line.ts'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const dropIn = async (settings: object = {}) => {
  const machine = oldMachine(settings)
  const remote = await startFakeRemote(machine.time.clock)
  machine.spec('web', oldSpec(machine, remote.url))
  const { run, ...rest } = commandLine(machine.time.clock)
  return {
    machine,
    remote,
    ...rest,
    run: (...words: string[]) => run('-f', machine.config, ...words),
  }
}

describe('certmgr with the configuration of the old one', () => {
  it('ensures, shows and renews its specs without an identity', async () => {
    const { machine, run, said } = await dropIn()
    expect(await run('status')).toBe(75)
    expect(await run('ensure')).toBe(0)
    expect(await run('status')).toBe(0)
    expect(said.stdout).toMatch(/web .*CN=web\.example.* good/)
    expect(said.stdout).not.toContain('identity')
    const { serialNumber } = machine.certificate('pki/web.pem')
    expect(await run('renew', '--now', 'web')).toBe(0)
    expect(machine.certificate('pki/web.pem').serialNumber).not.toBe(serialNumber)
  })

  it('runs no action in ensure unless told to, and forgets none', async () => {
    const { machine, run } = await dropIn()
    await run('ensure')
    expect(machine.actions()).toEqual([])
    expect(await run('ensure', '--forceRegen', '--enableActions', '-0')).toBe(0)
    expect(machine.actions()).toHaveLength(1)
  })

  it('runs as a daemon, follows its remote by its interval, and ends cleanly', async () => {
    const { machine, remote, run, signals, said } = await dropIn({ interval: '1s' })
    const ended = run('--log.json', '-l', 'debug')
    await vi.waitFor(() => expect(machine.actions()).toHaveLength(1), 10_000)
    machine.time.advance(minutes(1))
    signals.emit('SIGHUP')
    await vi.waitFor(() => expect(remote.calls.length).toBeGreaterThan(2), 10_000)
    signals.emit('SIGTERM', 'SIGTERM')
    expect(await ended).toBe(0)
    const lines = said.stderr.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ msg: 'certificate renewed', name: 'web' }),
    )
  })

  it('takes the options and the variables of the old one, an option before a variable', async () => {
    const { machine, remote, said } = await dropIn()
    machine.write('other/api.json', JSON.stringify(oldSpec(machine, remote.url, { name: 'api' })))
    const environment = { CERTMGR_DIR: '/nowhere', CERTMGR_INTERVAL: '2h' }
    const { run } = commandLine(machine.time.clock, environment)
    const config = ['-f', machine.config]
    expect(await run(...config, '-d', machine.at('other'), '-t', '100h', 'ensure')).toBe(0)
    expect(Object.keys(machine.files())).toContain('api.pem')
    expect(said.stderr).toBe('')
  })

  it('refuses options of the old one where it has no configuration of it', async () => {
    const { run, said } = commandLine(() => new Date())
    expect(await run('--root', temporaryFolder(), '-d', '/x', 'check')).toBe(64)
    expect(said.stderr).toContain('options of the old certmgr')
  })

  it('ends at once without a spec only if told to', async () => {
    const machine = oldMachine()
    const { run, said } = commandLine(machine.time.clock)
    expect(await run('-f', machine.config, 'run', '--requireSpecs')).toBe(78)
    expect(said.stderr).toContain('no spec is in')
  })

  it('keeps specs of both kinds where our own configuration names the old one', async () => {
    const { machine, run } = await dropIn()
    machine.write('own.yaml', `oldCertmgr: ${machine.config}\nspecs: ${machine.at('none')}\n`)
    machine.write('none/x.yaml', 'kind: Other\n')
    const own = commandLine(machine.time.clock)
    expect(await own.run('-f', machine.at('own.yaml'), 'check')).toBe(78)
    expect(own.said.stdout).toContain('x.yaml:1:1: kind')
    expect(own.said.stdout).not.toContain('web.json')
    expect(await run('check')).toBe(0)
  })
})

describe('certmgr check', () => {
  it('tells every fault with its place and the field that was meant, and warns', async () => {
    const { machine, remote, run, said } = await dropIn()
    expect(await run('check')).toBe(0)
    expect(said.stderr).toContain('web.json: authority.remote: is http')
    machine.spec(
      'typo',
      JSON.stringify({
        ...oldSpec(machine, remote.url, { name: 't' }),
        action: undefined,
        actoin: 'x',
      }),
    )
    machine.spec('shell', oldSpec(machine, remote.url, { name: 's', action: 'if true; then' }))
    machine.spec('x-twice', oldSpec(machine, remote.url))
    expect(await run('check')).toBe(78)
    expect(said.stdout).toMatch(/typo\.json:1:\d+: actoin: .*action/)
    expect(said.stdout).toMatch(/shell\.json:1:1: action: .*syntax error/i)
    expect(said.stdout).toMatch(/x-twice\.json:1:1: the path .*web\.pem is taken by .*web\.json/)
  })

  it('lets specs of one CA share its file, and others not', async () => {
    const { machine, remote, run, said } = await dropIn()
    const { run: ensure } = commandLine(machine.time.clock)
    const authority = { profile: 'client' }
    machine.spec('z', oldSpec(machine, remote.url, { name: 'z', authority }))
    expect(await ensure('-f', machine.config, 'ensure')).toBe(0)
    expect(Object.keys(machine.files())).toEqual(['ca.pem', 'web.key', 'web.pem', 'z.key', 'z.pem'])
    machine.spec('z', oldSpec(machine, 'http://other:1', { name: 'z' }))
    expect(await run('check')).toBe(78)
    expect(said.stdout).toMatch(/z\.json:1:1: the path .*ca\.pem is taken by .*web\.json/)
  })

  it('asks no CA, and lets a certificate of a bad spec live on', async () => {
    const { machine, remote, run } = await dropIn()
    await run('ensure')
    const { context, memory, pass } = await machine.start()
    remote.isDown = true
    expect(await run('check')).toBe(0)
    machine.spec('web', '{')
    await pass()
    expect(context.specs.files.map(({ spec }) => spec.name)).toEqual(['web-ca', 'web'])
    expect(memory.attempts.has('web')).toBe(false)
  })
})

describe('certmgr clean', () => {
  it('tells what it would remove, and removes it when told to', async () => {
    const { machine, run, said } = await dropIn()
    await run('ensure')
    expect(await run('clean')).toBe(64)
    expect(said.stdout).toContain('would be removed: ')
    expect(existsSync(machine.at('state/generations/web'))).toBe(true)
    expect(Object.keys(machine.files())).toHaveLength(3)
    expect(await run('clean', 'web', '--yes')).toBe(0)
    expect(Object.keys(machine.files())).toEqual(['ca.pem'])
    expect(existsSync(machine.at('state/generations/web'))).toBe(false)
    expect(await run('clean', '--yes')).toBe(0)
    expect(machine.files()).toEqual({})
    expect(await run('clean', 'nobody', '--yes')).toBe(64)
  })

  it('B16: ends with 75 where it leaves what is not its own', async () => {
    const { machine, run, said } = await dropIn()
    await run('ensure')
    machine.write('pki/web.pem', 'a letter')
    expect(await run('clean', '--yes')).toBe(75)
    expect(said.stderr).toContain('does not hold what certmgr writes there')
    expect(machine.read('pki/web.pem')).toBe('a letter')
    expect(existsSync(machine.at('pki/web.key'))).toBe(true)
  })

  it('follows no link', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const certificate = { path: machine.at('pki/link.pem') }
    machine.spec('web', oldSpec(machine, remote.url, { certificate, ca: undefined }))
    machine.write('pki/web.key', '')
    machine.write('precious', 'x')
    symlinkSync(machine.at('precious'), machine.at('pki/link.pem'))
    const { run } = commandLine(machine.time.clock)
    expect(await run('-f', machine.config, 'clean', '--yes')).toBe(75)
    expect(existsSync(machine.at('pki/link.pem'))).toBe(true)
    expect(machine.read('precious')).toBe('x')
  })
})

describe('certmgr genconfig', () => {
  it('writes a configuration with every default, where there was none', async () => {
    const root = temporaryFolder()
    const { run } = commandLine(() => new Date())
    expect(await run('--root', root, 'genconfig')).toBe(0)
    expect(await run('--root', root, 'check')).toBe(0)
    expect(await run('--root', root, 'genconfig')).toBe(64)
    expect(await run('--root', root, 'genconfig', '--force')).toBe(0)
  })
})

describe('renewal by the settings of the old certmgr', () => {
  it.each([
    ['before', '100h', 620],
    ['a before that is longer than half of the life', '500h', 360],
  ])('%s', async (_, before, dueAfter) => {
    const { machine, remote } = await dropIn({ before })
    const { pass } = await machine.start()
    await pass()
    machine.time.advance(hours(dueAfter - 1))
    await pass()
    expect(remote.asked).toHaveLength(1)
    machine.time.advance(hours(dueAfter === 620 ? 26 : 122))
    await pass()
    expect(remote.asked).toHaveLength(2)
  })

  it('a certificate that is too short for any wish is renewed no faster than its interval', async () => {
    const { machine, remote } = await dropIn({ interval: '10s' })
    remote.life = minutes(3)
    const { pass } = await machine.start()
    for (let second = 0; second < 25; second++) {
      await pass()
      machine.time.advance(1000)
    }
    expect(remote.asked.length).toBeLessThan(4)
  })
})

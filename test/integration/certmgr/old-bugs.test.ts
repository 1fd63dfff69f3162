import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { geteuid } from 'node:process'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { formatName, parseCertificateChain } from '@easycerts/shared/x509'
import { describe, expect, it } from 'vitest'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import { failure, fakeCa, startFakeRemote, success } from '../../support/cfssl/fake-remote.ts'

/** A machine and its remote, with a spec of the manual's form. */
const withRemote = async (more: Parameters<typeof oldSpec>[2] = {}, settings: object = {}) => {
  const machine = oldMachine(settings)
  const remote = await startFakeRemote(machine.time.clock)
  machine.spec(more.name ?? 'web', oldSpec(machine, remote.url, more))
  return { machine, remote }
}

const requestOf = (more: object) => ({
  CN: 'web.example',
  hosts: ['web.example'],
  names: [{ O: 'Lab' }],
  ...more,
})

const issued = ({ calls }: { readonly calls: readonly string[] }): number =>
  calls.filter((call) => call.startsWith('authsign')).length

/** Looks for some hours: what is right stays as it is, and nobody is told anything. */
const expectQuiet = async (
  { machine, remote }: Awaited<ReturnType<typeof withRemote>>,
  pass: () => Promise<unknown>,
): Promise<void> => {
  const [files, actions, count] = [machine.files(), machine.actions().length, issued(remote)]
  for (let hour = 0; hour < 3; hour++) {
    machine.time.advance(hours(1) + minutes(1))
    await pass()
  }
  expect(machine.files()).toEqual(files)
  expect(machine.actions()).toHaveLength(actions)
  expect(issued(remote)).toBe(count)
}

describe('bugs of cloudflare’s certmgr 3.0.3', () => {
  it('B1: a new CA reaches bundle and certificate in one pass, with one action', async () => {
    const both = await withRemote()
    const { machine, remote } = both
    const { pass } = await machine.start()
    await pass()
    remote.ca = await fakeCa('lab g2')
    machine.time.advance(hours(1) + minutes(1))
    await pass()
    expect(machine.read('pki/ca.pem')).toBe(remote.ca.pem)
    expect(machine.certificate('pki/web.pem').issuer).toEqual(remote.ca.certificate.subjectDer)
    expect(machine.actions()).toHaveLength(2)
    await expectQuiet(both, pass)
  })

  it('B2: a signature that fails changes no file, runs no action, and is tried again soon', async () => {
    const { machine, remote } = await withRemote()
    const { pass, memory } = await machine.start()
    await pass()
    const files = machine.files()
    remote.authsign = () => failure('cannot reach the HSM', 500)
    machine.time.advance(hours(700))
    for (let attempt = 1; attempt <= 3; attempt++) {
      await pass()
      expect(memory.attempts.get('web')?.failures).toBe(attempt)
      machine.time.advance(seconds(20))
    }
    expect(machine.files()).toEqual(files)
    expect(machine.actions()).toHaveLength(1)
    remote.authsign = undefined
    await pass()
    expect(machine.files()).not.toEqual(files)
    expect(machine.actions()).toHaveLength(2)
    expect(memory.attempts.size).toBe(0)
  })

  it('B3: before and interval of a spec in JSON are in force', async () => {
    const { machine, remote } = await withRemote({ before: '200h', interval: '30m' })
    const { pass } = await machine.start()
    await pass()
    machine.time.advance(minutes(31))
    await pass()
    expect(remote.calls).toEqual(['info server', 'authsign server', 'info server'])
    machine.time.advance(hours(519))
    await pass()
    expect(issued(remote)).toBe(1)
    machine.time.advance(hours(2))
    await pass()
    expect(issued(remote)).toBe(2)
  })

  it('B4: system:kube-proxy among the hosts brings no certificate after certificate', async () => {
    const request = requestOf({ CN: 'system:kube-proxy', hosts: ['system:kube-proxy'] })
    const both = await withRemote({ request })
    const { pass } = await both.machine.start()
    await pass()
    expect(both.remote.asked.map(({ hosts }) => hosts)).toEqual([[]])
    await expectQuiet(both, pass)
  })

  it('B5: neither do a mail address and a URI', async () => {
    const hosts = ['web.example', 'root@web.example', 'spiffe://td/web', '/a/path']
    const both = await withRemote({ request: requestOf({ hosts }) })
    const { pass } = await both.machine.start()
    await pass()
    expect(both.remote.asked.map((asked) => asked.hosts)).toEqual([['web.example']])
    await expectQuiet(both, pass)
  })

  it('B6: several organizations may come back in another order', async () => {
    const both = await withRemote({ request: requestOf({ names: [{ O: 'b' }, { O: 'a' }] }) })
    both.remote.forge = { organizations: ['b', 'a'] }
    const { pass } = await both.machine.start()
    await pass()
    const { subject } = both.machine.certificate('pki/web.pem')
    expect(formatName(subject)).toBe('CN=web.example, O=a, O=b')
    await expectQuiet(both, pass)
  })

  it('B7: a certificate for clients alone is good without key_usages', async () => {
    const both = await withRemote()
    both.remote.forge = { purposes: ['clientAuth'] }
    const { pass } = await both.machine.start()
    await pass()
    expect(both.machine.actions()).toHaveLength(1)
    await expectQuiet(both, pass)
  })

  it('B8: a spec of a CA alone keeps it, before and after a change and a restart', async () => {
    const both = await withRemote({ certificate: undefined, private_key: undefined })
    const { machine, remote } = both
    const { pass } = await machine.start()
    await pass()
    expect(machine.files()).toEqual({ 'ca.pem': remote.ca.pem })
    remote.ca = await fakeCa('lab g2')
    machine.time.advance(hours(2))
    const { pass: later } = await machine.start()
    await later()
    expect(machine.files()).toEqual({ 'ca.pem': remote.ca.pem })
    expect(machine.actions()).toHaveLength(2)
    await expectQuiet(both, later)
  })

  it('B9: a spec in YAML with an authority is one', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const { stringify } = await import('yaml')
    machine.spec('web.yaml', stringify(oldSpec(machine, remote.url)))
    const { pass, context } = await machine.start()
    await pass()
    expect(context.specs.faults).toEqual([])
    expect(machine.certificate('pki/web.pem').pin).toBeDefined()
  })

  it('B10: an action that failed is tried until it works, by a later certmgr too', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const action = `test -e ${machine.at('ready')} && echo done >> ${machine.at('actions')}`
    machine.spec('web', oldSpec(machine, remote.url, { action }))
    const { pass } = await machine.start()
    await pass()
    expect(machine.actions()).toEqual([])
    machine.time.advance(minutes(1))
    const { pass: later } = await machine.start()
    await later()
    machine.write('ready', '')
    machine.time.advance(minutes(1))
    await later()
    machine.time.advance(minutes(1))
    await later()
    expect(machine.actions()).toEqual(['done'])
  })

  it.skipIf(geteuid?.() !== 0)('B11: an owner without a group is the owner', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const private_key = { path: machine.at('pki/web.key'), owner: 'daemon', mode: '0600' }
    machine.spec('web', oldSpec(machine, remote.url, { private_key }))
    const { pass } = await machine.start()
    await pass()
    expect(statSync(machine.at('pki/web.key'))).toMatchObject({ uid: 1, gid: 0 })
  })

  it.each([
    ['RSA', { algo: 'RSA', size: 2048 }],
    ['ed25519', { algo: 'ed25519' }],
  ])('B12: a key of algo %s is made once', async (_, key) => {
    const both = await withRemote({ request: requestOf({ key }) })
    const { pass } = await both.machine.start()
    await pass()
    expect(both.machine.actions()).toHaveLength(1)
    await expectQuiet(both, pass)
  })

  it('B15: a bad spec and a CA that is down keep no other from its certificate', async () => {
    const { machine } = await withRemote()
    const down = await startFakeRemote(machine.time.clock)
    down.isDown = true
    machine.spec('a-bad', '{"authority": {"remote": ')
    machine.spec('b-down', oldSpec(machine, down.url, { name: 'down', ca: undefined }))
    const { pass, memory, context } = await machine.start()
    await pass()
    expect(Object.keys(machine.files()).toSorted()).toEqual(['ca.pem', 'web.key', 'web.pem'])
    expect(context.specs.faults.join()).toContain('a-bad.json:1:')
    expect(memory.attempts.get('b-down')?.lastFailure.code).toBe('ERR_CA_UNREACHABLE')
    expect(memory.attempts.has('web')).toBe(false)
  })

  it('B15: a certificate that is good needs no CA at the start', async () => {
    const { machine, remote } = await withRemote()
    const { pass } = await machine.start()
    await pass()
    const files = machine.files()
    remote.isDown = true
    const { pass: later, memory } = await machine.start()
    await later()
    expect(machine.files()).toEqual(files)
    expect([...memory.attempts.keys()]).toEqual([`${remote.url} profile server`])
  })

  it('B17: the certificate is the first of its file, and an intermediate is one', async () => {
    const both = await withRemote()
    const { machine, remote } = both
    const root = await fakeCa('root')
    const intermediate = await fakeCa('issuing', { issuer: root })
    remote.ca = intermediate
    remote.info = () => success(root.pem)
    remote.authsign = (pem) => success(pem + intermediate.pem)
    const { pass } = await machine.start()
    await pass()
    const chain = parseCertificateChain(machine.read('pki/web.pem'))
    expect(chain.map(({ subject }) => formatName(subject))).toEqual([
      'CN=web.example, O=Lab',
      'CN=issuing',
    ])
    expect(machine.read('pki/ca.pem')).toBe(root.pem)
    await expectQuiet(both, pass)
  })

  it('B17: an action that appends the CA to the certificate does no harm', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const action = `cat $CERTMGR_CA_PATH >> $CERTMGR_CERT_PATH; echo 1 >> ${machine.at('actions')}`
    machine.spec('web', oldSpec(machine, remote.url, { action }))
    const { pass } = await machine.start()
    await pass()
    expect(parseCertificateChain(machine.read('pki/web.pem'))).toHaveLength(2)
    await expectQuiet({ machine, remote }, pass)
  })
})

describe('bugs that the source of cloudflare’s certmgr shows', () => {
  it('1.10 Lifespan: what has ended is renewed at once, and what has not is not', async () => {
    const { machine, remote } = await withRemote()
    const { pass } = await machine.start()
    await pass()
    machine.time.advance(hours(640))
    await pass()
    expect(issued(remote)).toBe(1)
    machine.time.advance(hours(100))
    await pass()
    expect(issued(remote)).toBe(2)
  })

  it('1.10 manager: the same configuration is read from YAML, from JSON and from variables', async () => {
    const machine = oldMachine({ before: '100h', interval: '2h' })
    const yaml = (await machine.start()).context.config.legacy
    const { dir, state } = { dir: machine.at('certmgr.d'), state: machine.at('state') }
    machine.write(
      'certmgr.yaml',
      JSON.stringify({ dir, state, svcmgr: 'command', before: '100h', interval: '2h' }),
    )
    expect((await machine.start()).context.config.legacy).toEqual(yaml)
    machine.write('certmgr.yaml', JSON.stringify({ dir: '/nowhere', state, svcmgr: 'command' }))
    const environment = {
      CERTMGR_DIR: dir,
      CERTMGR_BEFORE: '100h',
      CERTMGR_INTERVAL: '2h',
    }
    expect((await machine.start(environment)).context.config.legacy).toEqual(yaml)
  })

  it.skipIf(geteuid?.() !== 0)('1.10 file: an unknown group is called a group', async () => {
    const machine = oldMachine()
    const remote = await startFakeRemote(machine.time.clock)
    const certificate = { path: machine.at('pki/web.pem'), owner: 'root', group: 'no-such-group' }
    machine.spec('web', oldSpec(machine, remote.url, { certificate }))
    const { pass, memory } = await machine.start()
    await pass()
    expect(memory.attempts.get('web')?.lastFailure).toMatchObject({
      code: 'ERR_USER_UNKNOWN',
      message: 'no group "no-such-group"',
    })
  })

  it('1.10 storage: where the key cannot be written, its certificate is not either', async () => {
    const { machine } = await withRemote()
    mkdirSync(machine.at('pki/web.key'), { recursive: true })
    const { pass, memory } = await machine.start()
    await pass()
    expect(existsSync(machine.at('pki/web.pem'))).toBe(false)
    expect(memory.attempts.get('web')?.lastFailure.code).toMatch(/^ERR_FILE_/)
    expect(machine.actions()).toHaveLength(1)
  })

  it('1.10 validateStoredPKI: damage is one reason to renew, and an end another', async () => {
    const { machine } = await withRemote()
    const { pass } = await machine.start()
    await pass()
    writeFileSync(machine.at('pki/web.pem'), 'rubbish')
    await pass()
    machine.time.advance(hours(730))
    await pass()
    const reasons = machine.log.flatMap((line) => /renewed.* reason=(\S+)/.exec(line)?.[1] ?? [])
    expect(reasons).toEqual(['missing', 'unreadable', 'expired'])
  })
})

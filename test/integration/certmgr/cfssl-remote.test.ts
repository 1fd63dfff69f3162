import { chmodSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { formatName } from '@easycerts/shared/x509'
import { expect, it, onTestFinished } from 'vitest'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import {
  AUTH_KEY,
  type CfsslCa,
  createCfsslCa,
  startCfssl,
} from '../../support/cfssl/start-cfssl.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { openssl } from '../../support/openssl.ts'

/** Somebody who takes connections and never says a word. */
const silentPort = async (): Promise<number> => {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const verifies = (machine: ReturnType<typeof oldMachine>): boolean => {
  const files = ['ca.pem', 'web.pem'].map((name) => machine.at(`pki/${name}`))
  return openssl(['verify', '-CAfile', ...files]).exitCode === 0
}

describeWith('cfssl', 'a spec of the old certmgr, kept by cfssl serve', () => {
  it('gets its certificate, its CA and one action, and then is left alone', async () => {
    const machine = oldMachine()
    const ca = createCfsslCa('lab')
    const { port } = await startCfssl(ca)
    machine.spec('web', oldSpec(machine, `127.0.0.1:${port}`))
    const { pass } = await machine.start()
    await pass()
    expect(machine.read('pki/ca.pem')).toBe(ca.certificate)
    expect(machine.certificate('pki/web.pem').names).toEqual([
      { kind: 'dns', value: 'web.example' },
      { kind: 'ip', value: '127.0.0.1' },
    ])
    expect(verifies(machine)).toBe(true)
    expect(machine.actions()).toEqual([
      ['ca.pem', 'web.pem', 'web.key'].map((name) => machine.at(`pki/${name}`)).join(' '),
    ])
    const files = machine.files()
    await pass()
    expect(machine.files()).toEqual(files)
    expect(machine.actions()).toHaveLength(1)
  })

  it('is renewed with a new key when it is due, by TLS that root_ca vouches for', async () => {
    const machine = oldMachine({ interval: '1s' })
    const ca = createCfsslCa('lab')
    const { port } = await startCfssl(ca, { isTls: true })
    machine.write('root.pem', ca.certificate)
    machine.write('key', '000102030405060708090A0B0C0D0E0F\n')
    const authority = {
      root_ca: machine.at('root.pem'),
      profile: 'short',
      auth_key: undefined,
      auth_key_file: machine.at('key'),
    }
    machine.spec('web', oldSpec(machine, `https://localhost:${port}`, { authority }))
    const { pass, memory } = await machine.start()
    await pass()
    const first = machine.certificate('pki/web.pem')
    machine.time.advance(minutes(4))
    await pass()
    expect(memory.attempts.size).toBe(0)
    const second = machine.certificate('pki/web.pem')
    expect(second.serialNumber).not.toBe(first.serialNumber)
    expect(second.pin).not.toBe(first.pin)
    expect(verifies(machine)).toBe(true)
    expect(machine.actions()).toHaveLength(2)
  })

  it('goes to the second remote where the first is down, and where it hangs', async () => {
    const machine = oldMachine()
    const { port } = await startCfssl(createCfsslCa('lab'))
    const [down, silent] = [await freePort(), await silentPort()]
    const remotes = [down, silent, port].map((at) => `127.0.0.1:${at}`).join(',')
    machine.spec('web', oldSpec(machine, remotes))
    const { pass, memory } = await machine.start({}, { requestTimeout: seconds(0.3) })
    await pass()
    expect(memory.attempts.size).toBe(0)
    expect(verifies(machine)).toBe(true)
  })

  it('is refused by its name where the auth key is wrong, and nothing is written', async () => {
    const machine = oldMachine()
    const { port } = await startCfssl(createCfsslCa('lab'))
    const authority = { auth_key: 'ff'.repeat(16) }
    machine.spec('web', oldSpec(machine, `127.0.0.1:${port}`, { ca: undefined, authority }))
    const { pass, memory } = await machine.start()
    await pass()
    expect(memory.attempts.get('web')?.lastFailure).toMatchObject({
      code: 'ERR_REQUESTER_NOT_PERMITTED',
      message: `http://127.0.0.1:${port} refused: invalid token`,
      hint: expect.stringContaining('auth_key') as string,
    })
    expect(machine.files()).toEqual({})
    expect(machine.log.join('')).not.toContain('ffff')
  })

  it('follows its remote to another CA, bundle first', async () => {
    const machine = oldMachine()
    const start = (ca: CfsslCa, port?: number) => startCfssl(ca, port === undefined ? {} : { port })
    const [first, second] = [createCfsslCa('lab'), createCfsslCa('lab g2')]
    const { port, stop } = await start(first)
    machine.spec('web', oldSpec(machine, `127.0.0.1:${port}`))
    const { pass } = await machine.start()
    await pass()
    await stop()
    await start(second, port)
    machine.time.advance(hours(1) + minutes(1))
    await pass()
    expect(machine.read('pki/ca.pem'), machine.log.join('')).toBe(second.certificate)
    expect(verifies(machine)).toBe(true)
    expect(machine.actions()).toHaveLength(2)
  })

  it('keeps a spec as easyCerts of NixOS writes it', async () => {
    const machine = oldMachine()
    const ca = createCfsslCa('kubernetes')
    const { port } = await startCfssl(ca, { isTls: true })
    machine.write('secrets/ca.pem', ca.certificate)
    machine.write('secrets/apitoken.secret', AUTH_KEY)
    machine.spec('kube-proxy', {
      service: null,
      action: `echo restart >> ${machine.at('actions')} || true`,
      authority: {
        remote: `https://localhost:${port}`,
        file: { path: machine.at('pki/ca.pem') },
        root_ca: machine.at('secrets/ca.pem'),
        profile: 'default',
        auth_key_file: machine.at('secrets/apitoken.secret'),
      },
      certificate: { path: machine.at('pki/kube-proxy.pem') },
      private_key: { path: machine.at('pki/kube-proxy-key.pem'), mode: '0600' },
      request: {
        CN: 'system:kube-proxy',
        hosts: ['system:kube-proxy'],
        key: { algo: 'rsa', size: 2048 },
        names: [{ O: 'system:node-proxier' }],
      },
    })
    const { pass, memory } = await machine.start()
    await pass()
    await pass()
    expect(memory.attempts.size).toBe(0)
    const { subject, names, extendedKeyUsage } = machine.certificate('pki/kube-proxy.pem')
    expect(formatName(subject)).toBe('CN=system:kube-proxy, O=system:node-proxier')
    expect([names, extendedKeyUsage]).toEqual([[], undefined])
    expect(machine.actions()).toEqual(['restart'])
  })

  it('says whose TLS certificate it does not trust', async () => {
    const machine = oldMachine()
    const { port } = await startCfssl(createCfsslCa('lab'), { isTls: true })
    machine.spec('web', oldSpec(machine, `https://127.0.0.1:${port}`))
    const { pass, memory } = await machine.start()
    await pass()
    expect(memory.attempts.get('web')?.lastFailure.code).toBe('ERR_CHAIN_INVALID')
    expect(machine.files()).toEqual({})
  })

  it('shows a client certificate to a cfssl that wants one, and is told where it lacks it', async () => {
    const machine = oldMachine()
    const ca = createCfsslCa('lab')
    const { port } = await startCfssl(ca, { isMutual: true })
    machine.write('root.pem', ca.certificate)
    const authority = { root_ca: machine.at('root.pem') }
    const url = `https://127.0.0.1:${port}`
    machine.spec('web', oldSpec(machine, url, { authority }))
    const without = await machine.start()
    await without.pass()
    expect(without.memory.attempts.get('web')?.lastFailure.code).toMatch(
      /^ERR_(REQUESTER_NOT_PERMITTED|CA_UNREACHABLE)$/,
    )
    const client = {
      client_certificate: join(ca.folder, 'tls.pem'),
      client_key: join(ca.folder, 'tls-key.pem'),
    }
    chmodSync(client.client_key, 0o600)
    machine.spec('web', oldSpec(machine, url, { authority: { ...authority, ...client } }))
    const { pass, memory } = await machine.start()
    await pass()
    expect(memory.attempts.size).toBe(0)
    expect(verifies(machine)).toBe(true)
  })
})

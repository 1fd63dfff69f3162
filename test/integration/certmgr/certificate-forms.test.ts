import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours } from '@easycerts/shared/time'
import { certificatePem } from '@easycerts/shared/x509'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'
import { openssl } from '../../support/openssl.ts'

const PASSWORD = 'open sesame'
const ALSO = [
  { form: 'leaf', path: '/java/leaf.pem' },
  { form: 'chain', path: '/java/chain.pem', mode: '0640' },
  { form: 'combined', path: '/java/combined.pem' },
  { form: 'pkcs12', path: '/java/keystore.p12', passwordFile: '/java/password' },
]
const ACTIONS = {
  leaf: [{ restart: 'leaf.service' }],
  config: [{ reload: 'config.service' }],
}
const CERTIFICATE = '/pki/kubelet-client.crt'

const nodeWithForms = async (password = `${PASSWORD}\n`, mode = 0o600): Promise<TestNode> => {
  const node = await joinedNode([
    { ...certificateSpec('kubelet-client', { actions: ACTIONS }), also: ALSO },
    certificateSpec('kubelet-serving'),
  ])
  node.write('/java/password', password)
  chmodSync(join(node.root, 'java/password'), mode)
  return node
}

const keystore = ({ root }: TestNode): string => join(root, 'java/keystore.p12')

/** What OpenSSL finds behind the password. */
const opened = (node: TestNode, ...more: string[]) =>
  openssl(['pkcs12', '-in', keystore(node), '-passin', `pass:${PASSWORD}`, ...more])

const serialIn = (pem: string): string =>
  openssl(['x509', '-noout', '-serial'], pem).stdout.trim().replace('serial=', '').toLowerCase()

const hasKeytool = spawnSync('keytool', ['-help']).error === undefined

describe('the other files of a certificate', () => {
  it('are written with it, each in its form, and closed to others where they hold the key', async () => {
    const node = await nodeWithForms()
    const { pass } = await node.start()
    await pass()
    const certificate = node.certificate(CERTIFICATE)
    const chain = node.read(CERTIFICATE)
    expect(node.read('/java/leaf.pem')).toBe(certificatePem(certificate))
    expect(node.read('/java/chain.pem')).toBe(chain)
    expect(node.read('/java/combined.pem')).toBe(chain + node.read('/pki/kubelet-client.key'))
    const modes = ['leaf.pem', 'chain.pem', 'combined.pem', 'keystore.p12'].map(
      (name) => statSync(join(node.root, 'java', name)).mode & 0o777,
    )
    expect(modes).toEqual([0o644, 0o640, 0o600, 0o600])
    expect(node.actions()).toEqual(['try-restart leaf.service'])
  })

  it('as PKCS#12 hold key and chain for OpenSSL, encrypted with AES by the password of the file', async () => {
    const node = await nodeWithForms()
    const { pass } = await node.start()
    await pass()
    const key = opened(node, '-nocerts', '-noenc').stdout
    const [pem = ''] = /-----BEGIN PRIVATE KEY-----[^]*-----END PRIVATE KEY-----\n/.exec(key) ?? []
    expect(parseSigningKey(pem).publicKey.pin).toBe(node.certificate(CERTIFICATE).pin)
    const certificates = opened(node, '-nokeys').stdout.match(/-----BEGIN CERT[^]*?-----END .*\n/g)
    expect(certificates?.join('')).toBe(node.read(CERTIFICATE))
    const described = opened(node, '-info', '-noout').stderr
    expect(described).toContain('MAC: sha256')
    expect(described.match(/PBES2, PBKDF2, AES-256-CBC/g)).toHaveLength(2)
    const guessed = openssl(['pkcs12', '-in', keystore(node), '-passin', 'pass:x', '-noout'])
    expect(guessed.exitCode).not.toBe(0)
    // The key that OpenSSL was given is gone again.
    const left = readdirSync(join(node.root, NODE_PATHS.certmgrState))
    expect(left.filter((name) => name.includes('pkcs12'))).toEqual([])
  })

  it.skipIf(!hasKeytool)(
    'as PKCS#12 are a keystore for Java, under the name of the spec',
    async () => {
      const node = await nodeWithForms()
      const { pass } = await node.start()
      await pass()
      const args = ['-list', '-v', '-keystore', keystore(node), '-storepass', PASSWORD]
      const { stdout } = spawnSync('keytool', args, { encoding: 'utf8' })
      expect(stdout).toContain('Alias name: kubelet-client')
      expect(stdout).toContain('Entry type: PrivateKeyEntry')
      const [, serial] = /Serial number: ([0-9a-f]+)/.exec(stdout) ?? []
      expect(serial?.padStart(40, '0')).toBe(serialIn(node.read(CERTIFICATE)).padStart(40, '0'))
    },
  )

  it('change with it, and only then', async () => {
    const node = await nodeWithForms()
    const { pass } = await node.start()
    await pass()
    const first = readFileSync(keystore(node))
    await pass()
    expect(readFileSync(keystore(node)).equals(first)).toBe(true)
    node.time.advance(hours(20))
    await pass()
    const pem = opened(node, '-nokeys', '-clcerts').stdout
    expect(serialIn(pem)).toBe(serialIn(node.read(CERTIFICATE)))
    expect(node.read('/java/combined.pem')).toContain(node.read('/pki/kubelet-client.key'))
    expect(node.actions()).toEqual(Array(2).fill('try-restart leaf.service'))
  })

  it.each([
    ['that are gone', (path: string) => rmSync(path)],
    [
      'that were cut off',
      (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -1)),
    ],
    ['that hold something else', (path: string) => writeFileSync(path, 'x')],
  ])(
    '%s are made again from the same pair, which is a change of configuration',
    async (_, harm) => {
      const node = await nodeWithForms()
      const { pass } = await node.start()
      await pass()
      const before = node.certificate(CERTIFICATE).serialNumber
      const combined = node.read('/java/combined.pem')
      for (const name of ['combined.pem', 'keystore.p12']) harm(join(node.root, 'java', name))
      await pass()
      expect(node.certificate(CERTIFICATE).serialNumber).toBe(before)
      expect(node.read('/java/combined.pem')).toBe(combined)
      expect(serialIn(opened(node, '-nokeys').stdout)).toBe(serialIn(node.read(CERTIFICATE)))
      const actions = ['try-restart leaf.service', 'try-reload-or-restart config.service']
      expect(node.actions()).toEqual(actions)
      await pass()
      expect(node.actions()).toEqual(actions)
    },
  )

  it('get their mode back without an action', async () => {
    const node = await nodeWithForms()
    const { pass } = await node.start()
    await pass()
    chmodSync(keystore(node), 0o644)
    const before = readFileSync(keystore(node))
    await pass()
    expect(statSync(keystore(node)).mode & 0o777).toBe(0o600)
    expect(readFileSync(keystore(node)).equals(before)).toBe(true)
    expect(node.actions()).toEqual(['try-restart leaf.service'])
  })

  it.each([
    ['that others may read', `${PASSWORD}\n`, 0o644, 'ERR_FILE_UNSAFE'],
    ['that is empty', '\n', 0o600, 'ERR_CONFIG_INVALID'],
  ])(
    'with a password %s keep their certificate back, and no other',
    async (_, text, mode, code) => {
      const node = await nodeWithForms(text, mode)
      const { pass, memory } = await node.start()
      await pass()
      expect(memory.attempts.get('kubelet-client')?.lastFailure.code).toBe(code)
      expect(() => node.read(CERTIFICATE)).toThrow('ENOENT')
      expect(node.certificate('/pki/kubelet-serving.crt').serialNumber).not.toBe('')
      expect(node.ca.calls.some((call) => call.endsWith('kubelet-client'))).toBe(false)
    },
  )
})

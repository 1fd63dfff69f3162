import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decodePemBlocks, encodePem } from '@easycerts/shared/encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { runProgram } from '../support/e2e/run-program.ts'

const PKI = 'etc/kubernetes/pki'

const folder = makeFolder()
let ca: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const joinMaster = async (name: string): Promise<string> => {
  const { stdout } = await ca.ca(['ticket', 'create', '--node', name, '--role', 'master'])
  const root = join(folder, name)
  mkdirSync(root)
  const { ticket } = JSON.parse(stdout) as { ticket: string }
  const { exitCode, stderr } = await runProgram('node-join', ['--root', root], `${ticket}\n`)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return root
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** As kube-apiserver signs: JWS with ES256 (RFC 7518 §3.4). */
const tokenOf = (root: string): string => {
  const head = `${part({ alg: 'ES256', typ: 'JWT' })}.${part({ sub: 'system:serviceaccount:a:b' })}`
  const key = createPrivateKey(readFileSync(join(root, PKI, 'sa.key')))
  const signature = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' })
  return `${head}.${signature.toString('base64url')}`
}

/** As kube-apiserver verifies: by any key of the file that --service-account-key-file names. */
const accepts = (root: string, token: string): boolean => {
  const [head = '', claims = '', signature = ''] = token.split('.')
  const unit = readFileSync(join(root, 'etc/systemd/system/kube-apiserver.service'), 'utf8')
  const file = /--service-account-key-file[= ]([^\s"\\]+)/.exec(unit)?.[1] ?? 'no flag'
  return decodePemBlocks(readFileSync(join(root, file), 'utf8'))
    .map(({ der }) => createPublicKey(encodePem('PUBLIC KEY', der)))
    .some((key) =>
      verify(
        'sha256',
        Buffer.from(`${head}.${claims}`),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    )
}

describe('two masters, each with a service-account key of its own', () => {
  it('accept each other’s tokens, and no stranger’s, without a private key on the wire', async () => {
    const first = await joinMaster('master-1')
    expect(accepts(first, tokenOf(first))).toBe(true)
    const second = await joinMaster('master-2')
    expect(accepts(second, tokenOf(second))).toBe(true)
    expect(accepts(second, tokenOf(first))).toBe(true)
    // The first one learns of the second at its next contact.
    expect(accepts(first, tokenOf(second))).toBe(false)
    await runProgram('certmgr', ['--root', first, 'ensure'])
    expect(accepts(first, tokenOf(second))).toBe(true)
    expect(accepts(first, `${tokenOf(second).slice(0, -4)}AAAA`)).toBe(false)
    expect(statSync(join(first, PKI, 'sa-bundle.pub')).mode & 0o777).toBe(0o644)
    for (const root of [first, second])
      expect(readFileSync(join(root, PKI, 'sa-bundle.pub'), 'utf8')).not.toContain('PRIVATE')
  }, 120_000)
})

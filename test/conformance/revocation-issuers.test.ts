import { execFile } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCrl } from '@easycerts/shared/revocation'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { askCertificate, joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'
import { runOpenssl } from '../support/offline-root.ts'
import { createSoftHsm } from '../support/soft-hsm.ts'

const run = promisify(execFile)
const folder = makeFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a tool said, whether it succeeded or not. */
const say = async (program: string, ...args: readonly string[]): Promise<string> => {
  try {
    const { stdout, stderr } = await run(program, args)
    return stdout + stderr
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return stdout + stderr
  }
}

/** One CA that an older cluster used for everything, as PEM files and flags of `init`. */
const importedCa = (): { initArgs: readonly string[] } => {
  const [certificate, key] = [join(folder, 'old.crt'), join(folder, 'old.key')]
  runOpenssl([
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate],
    ...['-subj', '/CN=kubernetes', '-days', '3650'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ])
  chmodSync(key, 0o600)
  const words = ['cluster', 'etcd', 'front-proxy'].flatMap((purpose) => [
    '--import-issuer',
    `${purpose}=${certificate},${key}`,
  ])
  return { initArgs: words }
}

type Options = Parameters<typeof startCaServer>[0]

/** A server, and on disk a good and a revoked certificate of two profiles with CRL and issuer. */
const judged = (name: string, optionsOf: () => Options) => {
  const file = (end: string): string => join(folder, `${name}-${end}`)
  let server: CaServerProcess
  const url = (path: string): string => `http://127.0.0.1:${server.publicPort}${path}`
  const serials = new Map<string, string>()

  beforeAll(async () => {
    server = await startCaServer(optionsOf())
    const identity = await joinNode(server, 'master-1', { role: 'master' })
    for (const [profile, issuer] of PROFILES) {
      for (const state of ['good', 'revoked']) {
        const { body } = await askCertificate(server, identity, profile)
        const pem = String(body['certificate'])
        writeFileSync(file(`${issuer}-${state}.pem`), pem)
        serials.set(`${issuer}-${state}`, parseCertificatePem(pem).serialNumber)
      }
      const serial = serials.get(`${issuer}-revoked`) ?? ''
      const { exitCode, stderr } = await server.ca(['certificate', 'revoke', serial])
      if (exitCode !== 0) throw new Error(stderr)
    }
    for (const [, issuer] of PROFILES) {
      await run('curl', ['-sf', '-o', file(`${issuer}-ca.pem`), url(`/issuer/${issuer}.pem`)])
      await run('curl', ['-sf', '-o', file(`${issuer}-crl.pem`), url(`/crl/${issuer}.pem`)])
    }
  })
  afterAll(() => server.dispose())

  const byCrl = (certificate: string, issuer: string): Promise<string> => {
    const trust = ['-CAfile', file(`${issuer}-ca.pem`), '-CRLfile', file(`${issuer}-crl.pem`)]
    return say('openssl', 'verify', '-crl_check', ...trust, file(`${certificate}.pem`))
  }
  const byOcsp = (certificate: string, issuer: string): Promise<string> => {
    const ca = file(`${issuer}-ca.pem`)
    const asked = ['-url', url(`/ocsp/${issuer}`), '-cert', file(`${certificate}.pem`)]
    return say('openssl', 'ocsp', '-issuer', ca, '-CAfile', ca, ...asked)
  }
  return { file, serials, byCrl, byOcsp }
}

const PROFILES = [
  ['kubelet-client', 'cluster-g1'],
  ['etcd-server', 'etcd-g1'],
] as const

const judgesAgree = (name: string, { file, byCrl, byOcsp }: ReturnType<typeof judged>): void => {
  it('has a CRL that openssl and GnuTLS verify', async () => {
    const [ca, crl] = [file('cluster-g1-ca.pem'), file('cluster-g1-crl.pem')]
    expect(await say('openssl', 'crl', '-in', crl, '-noout', '-CAfile', ca)).toContain('verify OK')
    const trust = ['--load-ca-certificate', ca, '--infile', crl]
    expect(await say('certtool', '--verify-crl', ...trust)).toMatch(/output: Verified/)
  })

  it.each(PROFILES)('answers by CRL and OCSP for %s', async (_profile, issuer) => {
    const [good, revoked] = [`${issuer}-good`, `${issuer}-revoked`]
    expect(await byCrl(good, issuer)).toContain(`${name}-${good}.pem: OK`)
    expect(await byCrl(revoked, issuer)).toContain('certificate revoked')
    for (const [certificate, status] of [
      [good, 'good'],
      [revoked, 'revoked'],
    ] as const) {
      const said = await byOcsp(certificate, issuer)
      expect(said).toContain('Response verify OK')
      expect(said).toContain(`${certificate}.pem: ${status}`)
    }
  })
}

describeWith('certtool', 'the revocations of an issuer', () => {
  describe.each(['rsa-2048', 'ecdsa-p384', 'ed25519'])('whose key is %s', (algorithm) => {
    judgesAgree(
      algorithm,
      judged(algorithm, () => ({ initArgs: ['--key-algorithm', algorithm] })),
    )
  })

  describeWith('softhsm2-util', 'whose key is in a token', () => {
    const options = (): Options => {
      const { initArgs, env } = createSoftHsm(folder)
      return { initArgs, env }
    }
    judgesAgree('token', judged('token', options))
  })

  describe('that is one imported CA for several purposes', () => {
    const imported = judged('imported', importedCa)
    judgesAgree('imported', imported)
    const { file, serials, byCrl, byOcsp } = imported

    it('are all in one CRL, under whatever id a verifier finds it', async () => {
      const crls = await Promise.all(
        PROFILES.map(async ([, issuer]) => {
          const form = ['crl', '-in', file(`${issuer}-crl.pem`), '-outform', 'DER']
          const { stdout } = await run('openssl', form, { encoding: 'buffer' })
          return parseCrl(stdout)
        }),
      )
      const [first, second] = crls.map(({ revoked }) => revoked.map((each) => each.serialNumber))
      expect(first).toEqual([serials.get('cluster-g1-revoked'), serials.get('etcd-g1-revoked')])
      expect(second).toEqual(first)
      expect(crls[0]?.number).toBe(crls[1]?.number)
    })

    it('are told of by CRL and OCSP of the other purposes too', async () => {
      expect(await byCrl('etcd-g1-revoked', 'cluster-g1')).toContain('certificate revoked')
      expect(await byCrl('cluster-g1-revoked', 'etcd-g1')).toContain('certificate revoked')
      expect(await byCrl('cluster-g1-good', 'etcd-g1')).toContain('good.pem: OK')
      expect(await byOcsp('etcd-g1-revoked', 'cluster-g1')).toContain('revoked.pem: revoked')
      expect(await byOcsp('cluster-g1-revoked', 'etcd-g1')).toContain('revoked.pem: revoked')
      expect(await byOcsp('cluster-g1-good', 'etcd-g1')).toContain('good.pem: good')
    })
  })
})

import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@easycerts/shared/encoding'
import { beforeAll, describe, expect, it } from 'vitest'
import { importIssuer } from '../../../apps/ca-server/src/data-directory/import-issuer.ts'
import { maySignCrls } from '../../../apps/ca-server/src/authority/index.ts'
import { issuerOf } from '../../../apps/ca-server/src/authority/issuers.ts'
import { initCa, makeFolder } from '../../support/ca-server-process.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { runOpenssl } from '../../support/offline-root.ts'
import { issueFrom } from '../../support/test-issuers.ts'
import { newRequest } from '../../support/test-authority.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const PASSPHRASE = 'not a secret at all'

interface CaFiles {
  readonly certificate: string
  readonly key: string
}

let folder: string
let kubeadm: CaFiles
const at = (name: string): string => join(folder, name)

/** As `kubeadm init` makes one: RSA, and key usages without cRLSign. */
const makeCa = (
  name: string,
  more: { readonly key?: readonly string[]; readonly usage?: string; readonly days?: number } = {},
): CaFiles => {
  const files = { certificate: at(`${name}.crt`), key: at(`${name}.key`) }
  runOpenssl([
    ...['req', '-x509', '-newkey', ...(more.key ?? ['rsa:2048']), '-nodes'],
    ...['-keyout', files.key, '-out', files.certificate, '-subj', '/CN=kubernetes'],
    ...['-days', String(more.days ?? 3650), '-addext', 'basicConstraints=critical,CA:TRUE'],
    ...[
      '-addext',
      `keyUsage=critical,${more.usage ?? 'digitalSignature,keyEncipherment,keyCertSign'}`,
    ],
  ])
  chmodSync(files.key, 0o600)
  return files
}

beforeAll(() => {
  folder = makeFolder()
  kubeadm = makeCa('kubeadm')
})

const take = (
  { certificate, key }: CaFiles,
  more: { readonly passphrase?: string; readonly now?: Date } = {},
) =>
  importIssuer({
    purpose: 'cluster',
    certificateFile: certificate,
    keyFile: key,
    passphrase: more.passphrase === undefined ? undefined : new Secret(more.passphrase),
    now: more.now ?? new Date(),
  })

/** The same key in another form. */
const rewritten = (name: string, ...args: readonly string[]): CaFiles => {
  const key = at(name)
  writeFileSync(key, runOpenssl([...args, '-in', kubeadm.key]), { mode: 0o600 })
  return { ...kubeadm, key }
}

describe('a CA that exists', () => {
  it.each([
    ['PKCS#8', () => kubeadm],
    ['PKCS#1', () => rewritten('pkcs1', 'rsa', '-traditional')],
  ])('is taken over from %s', (_title, files) => {
    const { certificate, key, above } = take(files())
    expect(key.publicKey.pin).toBe(certificate.pin)
    expect(above).toEqual([])
  })

  it('is taken over from SEC 1, with the parameters that OpenSSL writes before it', () => {
    const files = makeCa('sec1', { key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] })
    const parameters = runOpenssl(['ecparam', '-name', 'prime256v1'])
    const sec1 = runOpenssl(['ec', '-in', files.key])
    expect(sec1).toContain('BEGIN EC PRIVATE KEY')
    writeFileSync(files.key, parameters + sec1)
    expect(take(files).key.algorithm).toBe('ecdsa-p256')
  })

  it.each([
    ['PKCS#8', ['pkcs8', '-topk8', '-v2', 'aes-256-cbc']],
    ['PKCS#1', ['rsa', '-traditional', '-aes128']],
  ])('is taken over from encrypted %s with its passphrase alone', (title, args) => {
    const files = rewritten(`encrypted-${title}`, ...args, '-passout', `pass:${PASSPHRASE}`)
    expect(take(files, { passphrase: PASSPHRASE }).key.algorithm).toBe('rsa-2048')
    expect(codeOf(() => take(files))).toBe('ERR_PASSPHRASE_REQUIRED')
    expect(codeOf(() => take(files, { passphrase: 'another' }))).toBe('ERR_PASSPHRASE_WRONG')
  })

  it('keeps its certificate byte for byte, and its files as they are', () => {
    const before = readFileSync(kubeadm.certificate)
    const { certificate } = take(kubeadm)
    const der = runOpenssl(['x509', '-in', kubeadm.certificate, '-outform', 'PEM'])
    expect(der.replace(/\s|-.*-/g, '')).toBe(certificate.der.toString('base64'))
    expect(readFileSync(kubeadm.certificate)).toEqual(before)
    expect(statSync(kubeadm.key).mode & 0o777).toBe(0o600)
  })

  it('signs as the issuer that its certificate names, also where its names are of another kind', async () => {
    const config = at('utf8.cnf')
    writeFileSync(
      config,
      '[req]\nstring_mask=utf8only\ndistinguished_name=dn\nprompt=no\n[dn]\nC=DE\nO=Ümlaut AG\nCN=old-ca\n[v]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=01:02:03:04\n',
    )
    const files = { certificate: at('utf8.crt'), key: at('utf8.key') }
    runOpenssl([
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', files.key, '-utf8'],
      ...['-out', files.certificate, '-config', config, '-extensions', 'v', '-days', '99'],
    ])
    const { certificate, key } = take(files)
    const issuer = issuerOf('cluster-g1', 'cluster', [certificate], key)
    const now = new Date()
    const request = await newRequest()
    const issued = issueFrom(issuer, { profile: 'kubelet-client', request, now })
    const leaf = at('leaf.pem')
    writeFileSync(
      leaf,
      new (await import('node:crypto')).X509Certificate(issued.certificate.der).toString(),
    )
    expect(runOpenssl(['verify', '-x509_strict', '-CAfile', files.certificate, leaf])).toContain(
      'OK',
    )
    expect(runOpenssl(['x509', '-in', leaf, '-noout', '-ext', 'authorityKeyIdentifier'])).toContain(
      '01:02:03:04',
    )
  })

  it('is told apart by its right to sign CRLs', () => {
    const of = (files: CaFiles) => {
      const { certificate, key, notes } = take(files)
      return { notes, may: maySignCrls(issuerOf('x', 'cluster', [certificate], key)) }
    }
    expect(of(kubeadm)).toMatchObject({ may: false })
    expect(of(kubeadm).notes.join()).toContain('cRLSign')
    expect(of(makeCa('crls', { usage: 'keyCertSign,cRLSign' })).may).toBe(true)
  })

  it('is taken over from a file that others can read, with a warning', () => {
    const open = rewritten('open', 'pkey')
    chmodSync(open.key, 0o644)
    expect(take(open).notes.join()).toMatch(/mode 0644/)
    expect(take(kubeadm).notes.join()).not.toMatch(/mode/)
  })

  it.each<[string, () => CaFiles, string]>([
    ['another key', () => ({ ...kubeadm, key: makeCa('other').key }), 'ERR_ISSUER_NOT_ACCEPTED'],
    ['a weak key', () => makeCa('weak', { key: ['rsa:1024'] }), 'ERR_ISSUER_NOT_ACCEPTED'],
    [
      'a curve of its own',
      () => makeCa('p521', { key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'] }),
      'ERR_ISSUER_NOT_ACCEPTED',
    ],
    [
      'no right to sign',
      () => makeCa('usage', { usage: 'digitalSignature' }),
      'ERR_ISSUER_NOT_ACCEPTED',
    ],
    ['no key', () => ({ ...kubeadm, key: kubeadm.certificate }), 'ERR_PEM_MALFORMED'],
    ['no certificate', () => ({ ...kubeadm, certificate: kubeadm.key }), 'ERR_PEM_MALFORMED'],
    ['no file', () => ({ ...kubeadm, key: at('none') }), 'ERR_FILE_UNREADABLE'],
  ])('is refused with %s', (_title, files, code) => {
    expect(codeOf(() => take(files()))).toBe(code)
  })

  it('is refused once it has ended', () => {
    const now = new Date(Date.now() + 4000 * 86_400_000)
    expect(codeOf(() => take(kubeadm, { now }))).toBe('ERR_ISSUER_NOT_ACCEPTED')
  })
})

describe('ca-server init --import-issuer', () => {
  const word = (purpose: string) => `${purpose}=${kubeadm.certificate},${kubeadm.key}`

  it('takes one CA for several purposes, and makes the enrolment issuer new', async () => {
    const directory = at('imported')
    const names = ['cluster', 'etcd', 'front-proxy']
    const args = names.flatMap((purpose) => ['--import-issuer', word(purpose)])
    const made = await initCa(directory, args)
    expect(made).toMatchObject({ exitCode: 0 })
    expect(made.stderr).toContain('cRLSign')
    for (const purpose of names) {
      const key = join(directory, 'keys', `${purpose}-g1.pem`)
      expect(runOpenssl(['pkey', '-in', key, '-pubout'])).toBe(
        runOpenssl(['pkey', '-in', kubeadm.key, '-pubout']),
      )
    }
    expect(readFileSync(join(directory, 'keys', 'enrolment-g1.pem'), 'utf8')).not.toBe(
      readFileSync(join(directory, 'keys', 'cluster-g1.pem'), 'utf8'),
    )
  })

  it.each([
    ['the enrolment issuer', () => [word('enrolment')]],
    ['a purpose twice', () => [word('etcd'), word('etcd')]],
    ['an unknown purpose', () => [word('mail')]],
    ['one file', () => [`etcd=${kubeadm.certificate}`]],
  ])('refuses %s', async (_title, words) => {
    const args = words().flatMap((each) => ['--import-issuer', each])
    expect(await initCa(at('refused'), args)).toMatchObject({ code: 'ERR_USAGE', exitCode: 64 })
  })
})

describeWith('cfssl', 'the CA of NixOS’s easyCerts', () => {
  it('is taken over as cfssl made it', () => {
    const csr = { CN: 'kubernetes-cluster-ca', key: { algo: 'rsa', size: 2048 }, names: [{}] }
    const { stdout } = spawnSync('cfssl', ['gencert', '-initca', '-'], {
      input: JSON.stringify(csr),
      encoding: 'utf8',
    })
    const { cert, key } = JSON.parse(stdout) as { cert: string; key: string }
    const files = { certificate: at('cfssl.crt'), key: at('cfssl.key') }
    writeFileSync(files.certificate, cert)
    writeFileSync(files.key, key, { mode: 0o600 })
    const taken = take(files)
    expect(key).toContain('BEGIN RSA PRIVATE KEY')
    expect(taken.certificate.subject).toContainEqual({
      type: 'commonName',
      value: 'kubernetes-cluster-ca',
    })
    expect(maySignCrls(issuerOf('x', 'cluster', [taken.certificate], taken.key))).toBe(true)
  })
})

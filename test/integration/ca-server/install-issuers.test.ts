import { join } from 'node:path'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { generateSigningKey, KEY_ALGORITHMS } from '@easycerts/shared/key'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { days } from '@easycerts/shared/time'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { installIssuers, type Store } from '../../../apps/ca-server/src/authority/index.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import { createIssuerRequest } from '../../../apps/ca-server/src/issuer-ceremony/index.ts'
import { openSqliteStore } from '../../../apps/ca-server/src/store/sqlite/index.ts'
import {
  createOfflineRoot,
  type OfflineRoot,
  runOpenssl,
  type SigningOptions,
  textOf,
} from '../../support/offline-root.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeDataDirectory } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const clock = () => new Date()

interface Waiting {
  readonly folder: string
  readonly root: OfflineRoot
  readonly store: Store
  readonly csr: (purpose: string) => string
  readonly install: (...files: readonly string[]) => Promise<string[]>
}

/** A CA whose four issuers wait, and a root that nobody told about it. */
const makeWaiting = async (): Promise<Waiting> => {
  const folder = temporaryFolder()
  const paths = dataPaths(join(folder, 'ca'))
  await makeDataDirectory(paths.directory, { origin: { root: 'external' } })
  const store = openSqliteStore(paths.database)
  onTestFinished(() => store.close())
  const install = async (...files: readonly string[]): Promise<string[]> => {
    const done = await installIssuers(store, { pems: files.map(textOf), actor: 'test', clock })
    return done.map(({ id }) => id)
  }
  return {
    folder,
    store,
    install,
    root: createOfflineRoot(folder),
    csr: (purpose) => paths.issuerRequest(`${purpose}-g1`),
  }
}

describe('the request of an issuer', () => {
  it('asks for a CA of path length 0 in the name that the issuer will have', async () => {
    const { csr } = await makeWaiting()
    const text = runOpenssl(['req', '-in', csr('etcd'), '-noout', '-text', '-verify'])
    expect(text).toContain('Subject: CN = demo etcd-ca g1')
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/)
    expect(text).toContain('Subject Key Identifier')
  })

  it.each(KEY_ALGORITHMS)('is understood by OpenSSL with a key of %s', async (algorithm) => {
    const pem = createIssuerRequest(await generateSigningKey(algorithm), 'demo etcd-ca g1')
    expect(runOpenssl(['req', '-noout', '-verify', '-subject'], pem)).toContain('demo etcd-ca g1')
  })
})

describe('the certificates of waiting issuers', () => {
  let waiting: Waiting
  beforeEach(async () => {
    waiting = await makeWaiting()
  })
  const refusal = (...files: readonly string[]) => codeOfAsync(() => waiting.install(...files))
  const stillWaiting = async () =>
    (await waiting.store.read((reading) => reading.listIssuerRequests())).map(({ id }) => id)

  it('are installed together, with the root above them', async () => {
    const { root, csr, install, store } = waiting
    const files = ISSUER_PURPOSES.map((purpose) => root.sign(csr(purpose)))
    expect(await install(...files, root.certificate)).toEqual(
      ISSUER_PURPOSES.map((purpose) => `${purpose}-g1`),
    )
    expect(await stillWaiting()).toEqual([])
    const rows = await store.read((reading) => reading.listIssuers())
    expect(rows.map(({ chain }) => decodePemBlocks(chain).length)).toEqual([1, 1, 1, 1])
  })

  it('may come on different days, and are noted in the log', async () => {
    const { root, csr, install, store } = waiting
    expect(await install(root.sign(csr('etcd')), root.certificate)).toEqual(['etcd-g1'])
    expect(await stillWaiting()).toEqual(['cluster-g1', 'front-proxy-g1', 'enrolment-g1'])
    expect(await install(root.sign(csr('cluster')), root.certificate)).toEqual(['cluster-g1'])
    const log = await store.read((reading) => reading.listLog(2))
    expect(log.map(({ kind, body }) => [kind, body['issuer']])).toEqual([
      ['issuer-installed', 'cluster-g1'],
      ['issuer-installed', 'etcd-g1'],
    ])
  })

  it.each(['rsa', 'ed25519', 'p521'] as const)('are taken from a root with %s', async (key) => {
    const { folder, csr, install } = waiting
    const root = createOfflineRoot(folder, key)
    expect(await install(root.sign(csr('etcd')), root.certificate)).toEqual(['etcd-g1'])
  })

  it.each<[string, SigningOptions]>([
    ['another subject', { subject: '/CN=other' }],
    [
      'no CA flag',
      { extensions: ['basicConstraints=critical,CA:FALSE', 'subjectKeyIdentifier=hash'] },
    ],
    [
      'no cRLSign',
      {
        extensions: [
          'basicConstraints=critical,CA:TRUE,pathlen:0',
          'keyUsage=critical,keyCertSign',
          'subjectKeyIdentifier=hash',
        ],
      },
    ],
    [
      'no keyCertSign',
      {
        extensions: [
          'basicConstraints=critical,CA:TRUE,pathlen:0',
          'keyUsage=critical,cRLSign',
          'subjectKeyIdentifier=hash',
        ],
      },
    ],
    [
      'another key identifier',
      {
        extensions: [
          'basicConstraints=critical,CA:TRUE,pathlen:0',
          'keyUsage=critical,keyCertSign,cRLSign',
          'subjectKeyIdentifier=01:02:03',
        ],
      },
    ],
    [
      'usages for clients only',
      {
        extensions: [
          'basicConstraints=critical,CA:TRUE,pathlen:0',
          'keyUsage=critical,keyCertSign,cRLSign',
          'subjectKeyIdentifier=hash',
          'extendedKeyUsage=clientAuth',
        ],
      },
    ],
  ])('are refused, all of them, if one has %s', async (_title, options) => {
    const { root, csr } = waiting
    const good = root.sign(csr('cluster'))
    const bad = root.sign(csr('etcd'), options)
    expect(await refusal(good, bad, root.certificate)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await stillWaiting()).toHaveLength(ISSUER_PURPOSES.length)
  })

  it('are refused without their root, of another CA, and for an unknown key', async () => {
    const { root, csr } = waiting
    const other = await makeWaiting()
    const own = root.sign(csr('cluster'))
    expect(await refusal(own)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await refusal(own, other.root.certificate)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    const foreign = root.sign(other.csr('cluster'))
    expect(await refusal(foreign, root.certificate)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await refusal(own, foreign, root.certificate)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await refusal(root.certificate)).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await stillWaiting()).toHaveLength(ISSUER_PURPOSES.length)
  })

  it('are refused if two are for one request, or if they have ended', async () => {
    const { root, csr, store } = waiting
    const once = () => textOf(root.sign(csr('etcd')))
    const pems = [once(), once(), textOf(root.certificate)]
    expect(await codeOfAsync(installIssuers(store, { pems, actor: 'test', clock }))).toBe(
      'ERR_ISSUER_NOT_ACCEPTED',
    )
    const later = () => new Date(Date.now() + days(500))
    expect(
      await codeOfAsync(
        installIssuers(store, { pems: pems.slice(1), actor: 'test', clock: later }),
      ),
    ).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(await stillWaiting()).toContain('etcd-g1')
  })
})

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAuthority } from '../../../apps/ca-server/src/commands/open-authority.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import {
  type CaServerProcess,
  makeFolder,
  serveToItsEnd,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { fingerprintOf } from '../../support/file-tree.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeDataDirectory, testContext } from '../../support/test-authority.ts'

/** Two whole CAs to copy from. */
let shared: string
beforeAll(async () => {
  shared = makeFolder()
  await makeDataDirectory(join(shared, 'ca'))
  await makeDataDirectory(join(shared, 'other'))
})
afterAll(() => rmSync(shared, { recursive: true, force: true }))

const copyOfCa = (): string => {
  const directory = join(temporaryFolder(), 'ca')
  spawnSync('cp', ['-a', join(shared, 'ca'), directory])
  return directory
}

const other = (): ReturnType<typeof dataPaths> => dataPaths(join(shared, 'other'))

const changeLine = (path: string, from: string, to: string): void =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))

const inDatabase = (path: string, sql: string): void => {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

type Break = (paths: ReturnType<typeof dataPaths>) => void
const KEY = 'cluster-g1'

const BROKEN: readonly [string, Break, string, string][] = [
  [
    'a directory that others can list',
    (p) => chmodSync(p.directory, 0o755),
    'ERR_DATA_DIRECTORY_TOO_OPEN',
    '/ca has mode 0755',
  ],
  [
    'a folder of keys that others can list',
    (p) => chmodSync(p.keys, 0o710),
    'ERR_DATA_DIRECTORY_TOO_OPEN',
    '/keys has mode 0710',
  ],
  [
    'a key that the group can read',
    (p) => chmodSync(p.issuerKey(KEY), 0o640),
    'ERR_DATA_DIRECTORY_TOO_OPEN',
    'cluster-g1.pem has mode 0640',
  ],
  [
    'a database that others can read',
    (p) => chmodSync(p.database, 0o604),
    'ERR_DATA_DIRECTORY_TOO_OPEN',
    'easycerts.db has mode 0604',
  ],
  [
    'a key behind a symbolic link',
    (p) => {
      renameSync(p.issuerKey(KEY), `${p.directory}.pem`)
      symlinkSync(`${p.directory}.pem`, p.issuerKey(KEY))
    },
    'ERR_FILE_UNSAFE',
    'cluster-g1.pem is a symbolic link',
  ],
  [
    'the key of another CA',
    (p) => cpSync(other().issuerKey(KEY), p.issuerKey(KEY)),
    'ERR_DATA_DIRECTORY_BROKEN',
    'cluster-g1.pem is not the key of issuer cluster-g1',
  ],
  [
    'the key of another purpose',
    (p) => cpSync(p.issuerKey('etcd-g1'), p.issuerKey(KEY)),
    'ERR_DATA_DIRECTORY_BROKEN',
    'cluster-g1.pem is not the key of issuer cluster-g1',
  ],
  [
    'a key cut short',
    (p) => truncateSync(p.issuerKey(KEY), 100),
    'ERR_DATA_DIRECTORY_BROKEN',
    'cluster-g1.pem cannot be opened as a private key',
  ],
  [
    'a missing key',
    (p) => rmSync(p.issuerKey(KEY)),
    'ERR_DATA_DIRECTORY_BROKEN',
    'cluster-g1.pem is missing or empty',
  ],
  [
    'a missing folder of keys',
    (p) => rmSync(p.keys, { recursive: true }),
    'ERR_DATA_DIRECTORY_BROKEN',
    '/keys is missing or empty',
  ],
  [
    'a missing database',
    (p) => rmSync(p.database),
    'ERR_DATA_DIRECTORY_BROKEN',
    'easycerts.db is missing or empty',
  ],
  [
    'an empty database',
    (p) => truncateSync(p.database),
    'ERR_DATA_DIRECTORY_BROKEN',
    'easycerts.db is missing or empty',
  ],
  [
    'a database cut short',
    (p) => truncateSync(p.database, statSync(p.database).size - 4096),
    'ERR_STORE_CORRUPT',
    'the database',
  ],
  [
    'a database that is none',
    (p) => writeFileSync(p.database, 'x'.repeat(8192)),
    'ERR_STORE_CORRUPT',
    'the database',
  ],
  [
    'a database of another CA',
    (p) => cpSync(other().database, p.database),
    'ERR_DATA_DIRECTORY_BROKEN',
    'is not the key of issuer',
  ],
  [
    'a database of a newer version',
    (p) => inDatabase(p.database, 'PRAGMA user_version = 4711'),
    'ERR_DATA_DIRECTORY_BROKEN',
    'newer easycerts',
  ],
  [
    'a database without issuers',
    (p) => inDatabase(p.database, 'DELETE FROM issuers'),
    'ERR_DATA_DIRECTORY_BROKEN',
    'no cluster issuer',
  ],
  [
    'an unknown protection of keys',
    (p) => writeFileSync(p.keyProtection, '{"method":"rot13"}'),
    'ERR_DATA_DIRECTORY_BROKEN',
    'protection.json is damaged',
  ],
  [
    'a protection that is no JSON',
    (p) => writeFileSync(p.keyProtection, '{'),
    'ERR_DATA_DIRECTORY_BROKEN',
    'protection.json is damaged',
  ],
  ['settings that are missing', (p) => rmSync(p.config), 'ERR_NOT_INITIALISED', 'holds no CA'],
  [
    'settings that are no YAML',
    (p) => changeLine(p.config, 'cluster:', 'cluster: ['),
    'ERR_CONFIG_INVALID',
    'ca-server.yaml:2:9:',
  ],
  [
    'an unknown setting',
    (p) => changeLine(p.config, '  name:', '  nom: x\n  name:'),
    'ERR_CONFIG_INVALID',
    'ca-server.yaml:2:3: cluster.nom: unknown key',
  ],
  [
    'a bad value',
    (p) => changeLine(p.config, 'joinPort: 7443', 'joinPort: 0'),
    'ERR_CONFIG_INVALID',
    'listen.joinPort',
  ],
  [
    'one port twice',
    (p) => changeLine(p.config, 'joinPort: 7443', 'joinPort: 7444'),
    'ERR_CONFIG_INVALID',
    'listen.nodePort: must differ from joinPort',
  ],
]

describe('ca-server serve refuses, and changes nothing', () => {
  it.each(BROKEN)('%s', async (_title, damage, code, message) => {
    const directory = copyOfCa()
    damage(dataPaths(directory))
    const before = fingerprintOf(directory)
    const clock = () => new Date()
    await expect(openAuthority(testContext(clock), dataPaths(directory), {})).rejects.toMatchObject(
      { code, message: expect.stringContaining(message) as string },
    )
    expect(fingerprintOf(directory)).toEqual(before)
  })

  it('a directory of another user', async () => {
    const context = testContext(() => new Date(), { uid: 4711 })
    const opening = openAuthority(context, dataPaths(copyOfCa()), {})
    const isRoot = process.geteuid?.() === 0
    // What root owns is as good as one's own; what anybody else owns is not.
    await (isRoot
      ? opening.then(({ close }) => close())
      : expect(opening).rejects.toMatchObject({ code: 'ERR_FILE_UNSAFE' }))
  })

  it('a CA that the clock has left behind', async () => {
    for (const year of [2020, 2099]) {
      const context = testContext(() => new Date(Date.UTC(year)))
      await expect(openAuthority(context, dataPaths(copyOfCa()), {})).rejects.toMatchObject({
        code: 'ERR_ISSUER_EXPIRES_FIRST',
      })
    }
  })
})

describe('a ca-server process', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await startCaServer()
  })
  afterAll(() => server.dispose())

  it.each([
    ['78 for a broken directory', (p) => rmSync(p.issuerKey(KEY)), 'ERR_DATA_DIRECTORY_BROKEN', 78],
    ['74 for a damaged database', (p) => truncateSync(p.database, 5000), 'ERR_STORE_CORRUPT', 74],
    [
      '78 where there is no CA',
      (p) => rmSync(p.directory, { recursive: true }),
      'ERR_NOT_INITIALISED',
      78,
    ],
  ] satisfies [string, Break, string, number][])(
    'ends with %s',
    async (_title, damage, code, exitCode) => {
      const directory = copyOfCa()
      damage(dataPaths(directory))
      await expect(serveToItsEnd(directory)).resolves.toMatchObject({ code, exitCode })
    },
  )

  it('is the only one of its directory', async () => {
    await expect(serveToItsEnd(server.directory)).resolves.toMatchObject({
      code: 'ERR_SERVER_RUNNING',
      exitCode: 65,
    })
    await expect(server.operator('GET', '/v1/health')).resolves.toMatchObject({ status: 200 })
  })

  it.each(['joinPort', 'nodePort'] as const)(
    'ends with a reason when its %s is taken, and leaves no socket',
    async (which) => {
      await server.stop()
      const squatter = createServer().listen(server[which], '127.0.0.1')
      try {
        await once(squatter, 'listening')
        const result = await serveToItsEnd(server.directory)
        expect(result).toMatchObject({ code: 'ERR_USAGE', exitCode: 64 })
        const names = fingerprintOf(server.directory).join('\n')
        expect(names).not.toMatch(/^(operator\.sock|lock) /m)
      } finally {
        squatter.close()
      }
    },
  )
})

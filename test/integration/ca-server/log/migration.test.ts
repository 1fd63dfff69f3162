import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { sha256Hex } from '@easycerts/shared/encoding'
import {
  openSqliteStore,
  verifyDatabase,
} from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { RECORDS } from '../../../../apps/ca-server/src/store/sqlite/migrations/0001-records.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { tamper } from '../../../support/tamper.ts'

const CERTIFICATE = Buffer.from('a certificate')

/** A database as the first version of easycerts left it, with rows of every kind. */
const oldDatabase = (certificates = 3): string => {
  const path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, '')
  const database = new Database(path)
  database.exec(RECORDS)
  database.pragma('user_version = 1')
  database
    .prepare("INSERT INTO issuers VALUES ('cluster-g1', 'cluster', ?, 'pin')")
    .run(CERTIFICATE)
  const insert = database.prepare(
    `INSERT INTO certificates VALUES ('cluster-g1', ?, 'kubelet-serving', 'worker-1', 'CN=x', 'node worker-1', ?,
     '2026', '2027', ?, '2026', ?, ?)`,
  )
  for (let at = 0; at < certificates; at++)
    insert.run(`0${at}`, `pin ${at}`, 'issued', '2026', CERTIFICATE)
  insert.run('ff', 'pin', 'intended', null, null)
  database.exec(`
    INSERT INTO nodes VALUES ('worker-1', 'worker', '[]', 0, 'joined', '2026');
    INSERT INTO tickets VALUES ('t1', x'01', 'worker-1', 'worker', '[]', 0, 0, '2026', '2027', NULL, NULL, NULL);
    INSERT INTO identities VALUES ('f1', 'worker-1', x'02', 'pin', 't1', 'current', '2027', NULL);
    INSERT INTO log (at, kind, actor, body) VALUES
      ('2026-01-01T00:00:00.000Z', 'initialised', 'operator', '{"cluster":"demo"}'),
      ('2026-01-02T00:00:00.000Z', 'certificate-issued', 'node worker-1', '{"serialNumber":"00","fingerprint":"f0"}');
  `)
  database.close()
  return path
}

const verify = (path: string) =>
  verifyDatabase(path, { heads: [], withSignatures: false, shown: 9, onProgress: () => undefined })

it('a database from before the log was a tree keeps its entries, and its rows are vouched for', async () => {
  const path = oldDatabase()
  const store = openSqliteStore(path)
  const entries = (await store.read((reading) => reading.listLog(100))).toReversed()
  expect(entries.slice(0, 2)).toMatchObject([
    { sequence: 1, kind: 'initialised', at: '2026-01-01T00:00:00.000Z', changes: [] },
    { sequence: 2, kind: 'certificate-issued', body: { serialNumber: '00' }, origin: null },
  ])
  expect(entries.slice(2).every(({ kind }) => kind === 'migrated')).toBe(true)
  const rows = entries.flatMap(({ changes }) => changes)
  expect(rows.filter(({ table }) => table === 'certificates')).toHaveLength(3)
  expect(rows.find(({ table }) => table === 'issuers')?.row).toMatchObject({
    certificate: { sha256: sha256Hex(CERTIFICATE) },
  })
  expect(await store.read((reading) => reading.findMeta('store-id'))).toMatch(/^[0-9a-f]{32}$/)
  expect(await store.read((reading) => reading.findMeta('epoch'))).toBe('1')
  expect(await store.read((reading) => reading.findIssuanceEntry('00', 'f0'))).toMatchObject({
    sequence: 2,
  })
  await store.close()
  expect(await verify(path)).toMatchObject({ differenceCount: 0, rows: { certificates: 3 } })
})

it('rows from before are found when they are changed afterwards', async () => {
  const path = oldDatabase()
  await openSqliteStore(path).close()
  tamper(path, "UPDATE certificates SET subject = 'CN=admin' WHERE serial_number = '01'")
  const { differences } = await verify(path)
  expect(differences).toMatchObject([
    { table: 'certificates', key: '{"issuer_id":"cluster-g1","serial_number":"01"}' },
  ])
})

it('many rows take several entries, none of them large', async () => {
  const path = oldDatabase(1200)
  const store = openSqliteStore(path)
  const entries = await store.read((reading) => reading.listLog(100))
  const sizes = entries
    .filter(({ body }) => body['table'] === 'certificates')
    .map(({ changes }) => changes.length)
  expect(sizes.toSorted((a, b) => a - b)).toEqual([200, 500, 500])
  await store.close()
  expect((await verify(path)).differenceCount).toBe(0)
})

it('a new database begins with an empty log', async () => {
  const path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, '')
  const store = openSqliteStore(path)
  expect(await store.read((reading) => reading.listLog(10))).toEqual([])
  await store.close()
})

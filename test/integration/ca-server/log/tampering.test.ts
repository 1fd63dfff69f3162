import { beforeEach, describe, expect, it } from 'vitest'
import { signTreeHead } from '@easycerts/shared/issuance-log'
import { generateSigningKey } from '@easycerts/shared/key'
import { appendLeaf, EMPTY_RANGE, hashLeaf, rootOfRange } from '@easycerts/shared/merkle-log'
import {
  type KeptHead,
  type VerifiedLog,
  verifyDatabase,
} from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { RECORDED_TABLES } from '../../../../apps/ca-server/src/store/sqlite/recorded-tables.ts'
import {
  fillRecordedTables,
  insertSample,
  makeRecordedDatabase,
  type RecordedDatabase,
} from '../../../support/recorded-database.ts'
import { tamper } from '../../../support/tamper.ts'

let database: RecordedDatabase
beforeEach(() => {
  database = makeRecordedDatabase()
  fillRecordedTables(database)
})

const verify = (heads: readonly KeptHead[] = []): Promise<VerifiedLog> =>
  verifyDatabase(database.path, {
    heads,
    withSignatures: false,
    shown: 50,
    onProgress: () => undefined,
  })

const found = async (heads: readonly KeptHead[] = []): Promise<string[]> =>
  (await verify(heads)).differences.map(({ table, problem }) => `${table}: ${problem}`)

describe('log verify', () => {
  it('finds nothing in records that nobody touched', async () => {
    expect(await verify()).toMatchObject({
      entries: RECORDED_TABLES.length,
      differenceCount: 0,
      rows: Object.fromEntries(RECORDED_TABLES.map(({ table }) => [table, 1])),
    })
  })

  it('finds nothing after rows were changed and removed as the store does it', async () => {
    for (const { table, columns } of RECORDED_TABLES.filter((each) => each.table !== 'meta'))
      database.work(`changed ${table}`, (connection) => {
        const column = columns[0] ?? ''
        const value = `CASE typeof(${column}) WHEN 'blob' THEN x'09' ELSE ${column} || '1' END`
        connection.exec(`UPDATE ${table} SET ${column} = ${value}`)
        insertSample(connection, table, 'second')
      })
    database.work('removed', (connection) => {
      for (const { table } of RECORDED_TABLES) connection.exec(`DELETE FROM ${table}`)
    })
    database.work('again', (connection) => insertSample(connection, 'nodes'))
    expect(await verify()).toMatchObject({ differenceCount: 0, rows: { nodes: 1, tickets: 0 } })
  })

  it.each(RECORDED_TABLES)('finds a row of $table that was removed', async ({ table }) => {
    tamper(database.path, `DELETE FROM ${table}`)
    expect(await found()).toEqual([`${table}: the row that the log has is missing`])
  })

  it.each(RECORDED_TABLES)('finds a row that was added to $table', async ({ table }) => {
    tamper(database.path)
    insertSample(database.connection, table, table === 'meta' ? 'epoch' : 'second')
    expect(await found()).toEqual([`${table}: the log knows no such row`])
  })

  it.each(
    RECORDED_TABLES.flatMap(({ table, columns }) => columns.map((column) => ({ table, column }))),
  )('finds a change of $table.$column', async ({ table, column }) => {
    const type = database.connection
      .prepare('SELECT type FROM pragma_table_info(?) WHERE name = ?')
      .pluck()
      .get(table, column)
    const value = type === 'TEXT' ? "'changed'" : type === 'INTEGER' ? '8' : "x'04'"
    tamper(database.path, `UPDATE ${table} SET ${column} = ${value}`)
    const { differences, differenceCount } = await verify()
    expect(differenceCount).toBe(1)
    expect(differences[0]).toMatchObject({
      table,
      problem: expect.stringMatching(
        new RegExp(`^differs from entry \\d+ in ${column}$`),
      ) as string,
    })
  })

  it('finds a certificate that was made an intent again', async () => {
    tamper(database.path, `UPDATE certificates SET state = 'intended'`)
    expect(await found()).toEqual(['certificates: the row that the log has is missing'])
  })

  it.each([
    ['at', "UPDATE log SET at = '2031' WHERE sequence = 2"],
    ['kind', "UPDATE log SET kind = 'x' WHERE sequence = 2"],
    ['actor', "UPDATE log SET actor = 'x' WHERE sequence = 2"],
    ['node', "UPDATE log SET node = 'x' WHERE sequence = 2"],
    ['serialNumber', "UPDATE log SET serial_number = 'x' WHERE sequence = 2"],
  ])('finds a change of the searched copy of %s', async (name, statement) => {
    tamper(database.path, statement)
    expect(await found()).toEqual([`log: column ${name} is not what the entry says`])
  })

  it('finds a change of an entry', async () => {
    tamper(
      database.path,
      `UPDATE log SET entry = replace(entry, '"test"', '"nobody"') WHERE sequence = 2`,
    )
    expect(await found()).toContain('log: the entry is not the one that was hashed')
  })

  it('finds an entry that is the same but for its form', async () => {
    tamper(database.path, `UPDATE log SET entry = entry || ' ' WHERE sequence = 2`)
    expect(await found()).toContain('log: the entry is not canonical JSON of an entry')
  })

  it('finds an entry that was taken out of the middle', async () => {
    tamper(database.path, 'DELETE FROM log WHERE sequence = 2')
    expect(await found()).toContain('log: an entry has number 3 in this place')
  })

  it('finds an entry that was taken from the end', async () => {
    tamper(database.path, 'DELETE FROM log WHERE sequence = (SELECT max(sequence) FROM log)')
    expect(await found()).toContain('log_nodes: the node is of no entry')
  })

  it('finds a leaf that is missing or another', async () => {
    tamper(database.path, "UPDATE log_nodes SET hash = x'00' WHERE position = 1")
    expect(await found()).toEqual(['log: the entry is not the one that was hashed'])
    tamper(database.path, 'DELETE FROM log_nodes WHERE position = 1')
    expect(await found()).toEqual(['log: the entry is not the one that was hashed'])
  })

  it('finds a node above the leaves that is another or of no entry', async () => {
    for (let count = 0; count < 260; count++) database.work(`${count}`, () => undefined)
    expect(await found()).toEqual([])
    tamper(database.path, "UPDATE log_nodes SET hash = x'00' WHERE level = 8")
    expect(await found()).toEqual(['log_nodes: the node does not follow from the log'])
    tamper(database.path, "INSERT INTO log_nodes VALUES (16, 0, x'00')")
    expect(await found()).toContain('log_nodes: the node is of no entry')
  })

  it('counts what it does not name', async () => {
    tamper(database.path, ...RECORDED_TABLES.map(({ table }) => `DELETE FROM ${table}`))
    const verified = await verifyDatabase(database.path, {
      heads: [],
      withSignatures: false,
      shown: 2,
      onProgress: () => undefined,
    })
    expect(verified.differences).toHaveLength(2)
    expect(verified.differenceCount).toBe(RECORDED_TABLES.length)
  })
})

describe('a history that was rewritten as a whole', () => {
  const key = generateSigningKey('ed25519')
  const STORE = 'ab'.repeat(16)

  /** Only what the log says: entries from here on are made and hashed as the store does it. */
  const logOf = async (kinds: readonly string[]) => {
    const fresh = makeRecordedDatabase()
    const publicKey = (await key).publicKey.spki.toString('base64url')
    fresh.work('initialised', (connection) => {
      const insert = connection.prepare('INSERT INTO meta VALUES (?, ?)')
      insert.run('store-id', STORE)
      insert.run('epoch', '1')
      insert.run('log-key', publicKey)
    })
    for (const kind of kinds) fresh.work(kind, () => undefined)
    return fresh
  }
  const headOf = async ({ connection }: RecordedDatabase): Promise<KeptHead> => {
    const texts = connection.prepare('SELECT entry FROM log ORDER BY sequence').pluck().all()
    let range = EMPTY_RANGE
    for (const text of texts as string[])
      range = appendLeaf(range, hashLeaf(Buffer.from(text))).range
    const head = { storeId: STORE, epoch: 1, size: range.size, root: rootOfRange(range) }
    return {
      name: 'kept',
      text: signTreeHead({ ...head, time: '2030-01-01T00:00:00.000Z' }, await key),
    }
  }

  it('is sound in itself, and found by any head from before', async () => {
    database = await logOf(['a', 'b', 'c'])
    const kept = await headOf(database)
    database.work('d', () => undefined)
    expect((await verify([kept])).heads).toMatchObject([{ size: 4, state: 'holds' }])
    database = await logOf(['a', 'forged', 'c', 'd', 'e'])
    expect(await found()).toEqual([])
    expect(await found([kept])).toEqual(['head: the first 4 entries are not what they were'])
  })

  it('is found if it is shorter than the head', async () => {
    database = await logOf(['a', 'b', 'c'])
    const kept = await headOf(database)
    database = await logOf(['a'])
    expect(await found([kept])).toEqual(['head: the log has 2 entries, and had 4'])
  })

  it('is found if another key signs it from now on', async () => {
    database = await logOf(['a'])
    const kept = await headOf(database)
    const other = (await generateSigningKey('ed25519')).publicKey.spki.toString('base64url')
    database.work('stolen', (connection) =>
      connection.prepare(`UPDATE meta SET value = ? WHERE name = 'log-key'`).run(other),
    )
    expect(await found([kept])).toEqual([
      'head: the head is not signed by the key that the records name',
    ])
  })
})

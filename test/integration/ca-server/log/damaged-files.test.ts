import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isEasycertsError } from '@easycerts/shared/errors'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Verification,
  verifyDatabase,
  verifyExport,
} from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { type CaServerProcess, startCaServer } from '../../../support/ca-server-process.ts'
import { joinNode } from '../../../support/joiner.ts'
import { seededRandom } from '../../../support/random.ts'
import { tamper } from '../../../support/tamper.ts'

const WISH: Verification = {
  heads: [],
  withSignatures: true,
  shown: 5,
  onProgress: () => undefined,
}

let ca: CaServerProcess
let folder: string
let database: string
let exported: string
beforeAll(async () => {
  ca = await startCaServer()
  folder = dirname(ca.directory)
  for (const name of ['worker-1', 'worker-2', 'worker-3']) await joinNode(ca, name)
  exported = join(folder, 'log.jsonl')
  expect(await ca.ca(['log', 'export', '--out', exported])).toMatchObject({ exitCode: 0 })
  await ca.stop()
  database = join(ca.directory, 'easycerts.db')
})
afterAll(() => ca.dispose())

const put = (content: string | Buffer): string => {
  const path = join(folder, 'damaged')
  writeFileSync(path, content)
  return path
}

/** What `log verify` says of a file, as one line. */
const verify = async (...args: readonly string[]) => {
  const result = await ca.ca(['log', 'verify', ...args])
  return { exitCode: result.exitCode, code: result.code }
}

/** The file with one bit of it turned over. */
/** Another octet is wrong, of those that are not zero: most of a small database is empty pages. */
const flipped = (sound: Buffer, random: () => number): Buffer => {
  const octets = Buffer.from(sound)
  let at = 0
  while ((octets[at] ?? 0) === 0 || at < 1) at = Math.floor(random() * octets.length)
  octets[at] = (octets[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  return octets
}

/** The code of a refusal, or whether anything differs; whatever else is thrown is a bug. */
const outcomeOf = async (work: () => Promise<{ readonly differenceCount: number }>) => {
  try {
    return (await work()).differenceCount > 0 ? 'differs' : 'sound'
  } catch (error) {
    if (isEasycertsError(error)) return error.code
    throw error
  }
}

describe('log verify', () => {
  it.each([
    ['no database', () => put('a text'), 'ERR_STORE_CORRUPT', 74],
    ['an empty file', () => put(''), 'ERR_DATA_DIRECTORY_BROKEN', 78],
    ['half a database', () => put(half(readFileSync(database))), 'ERR_STORE_CORRUPT', 74],
    ['a file that is not there', () => join(folder, 'none'), 'ERR_STORE_UNAVAILABLE', 74],
    ['a directory', () => folder, 'ERR_STORE_UNAVAILABLE', 74],
  ])('says in one line that it was given %s', async (_, file, code, exitCode) => {
    expect(await verify('--database', file())).toEqual({ code, exitCode })
  })

  it.each([
    ['an export without its end', () => put(half(readFileSync(exported))), 'ERR_LOG_MALFORMED', 65],
    ['an empty export', () => put(''), 'ERR_LOG_MALFORMED', 65],
    ['an export of one endless line', () => put('x'.repeat(20_000_000)), 'ERR_LOG_MALFORMED', 65],
    ['a database as an export', () => database, 'ERR_LOG_MALFORMED', 65],
    ['an export that is not there', () => join(folder, 'none'), 'ERR_FILE_UNREADABLE', 66],
    ['a directory as an export', () => folder, 'ERR_FILE_UNREADABLE', 66],
  ])('says in one line that it was given %s', async (_, file, code, exitCode) => {
    expect(await verify('--export', file())).toEqual({ code, exitCode })
  })

  it('refuses a head that is none', async () => {
    expect(await verify('--head', put('no head'))).toMatchObject({ code: 'ERR_LOG_MALFORMED' })
    expect(await verify('--head', put(Buffer.alloc(1_000_000, 1)))).toMatchObject({
      code: 'ERR_LOG_MALFORMED',
    })
  })

  it('finds changed octets of rows, and never fails inside at one', async () => {
    const random = seededRandom(7)
    const sound = readFileSync(database)
    const outcomes = new Map<string, number>()
    for (let count = 0; count < 120; count++) {
      const path = put(flipped(sound, random))
      const outcome = await outcomeOf(() => verifyDatabase(path, WISH))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    expect(outcomes.get('differs') ?? 0).toBeGreaterThan(30)
  })

  it('finds rows of types that no schema allows', async () => {
    const path = join(folder, 'types.db')
    copyFileSync(database, path)
    dropTypes(path)
    tamper(
      path,
      `UPDATE nodes SET cluster_admin = 0.5 WHERE name = 'worker-1'`,
      `UPDATE nodes SET cluster_admin = 9007199254740993 WHERE name = 'worker-2'`,
      `UPDATE nodes SET hosts = x'00ff' WHERE name = 'worker-3'`,
      `UPDATE certificates SET der = 'text' WHERE node = 'worker-1'`,
      `UPDATE certificates SET not_after = 5 WHERE node = 'worker-2'`,
      `UPDATE log_nodes SET hash = 7 WHERE position = 1`,
      `UPDATE log SET entry = 5 WHERE sequence = 2`,
      `UPDATE log SET entry = printf('%.*c', 5000000, 'x') WHERE sequence = 3`,
    )
    expect(await outcomeOf(() => verifyDatabase(path, WISH))).toBe('differs')
  })

  it('finds whatever octet was changed in an export', async () => {
    const random = seededRandom(8)
    const sound = readFileSync(exported)
    for (let count = 0; count < 60; count++) {
      const path = put(flipped(sound, random))
      expect(await outcomeOf(() => verifyExport(path, WISH))).not.toBe('sound')
    }
  })
})

const half = (octets: Buffer): Buffer => octets.subarray(0, octets.length / 2)

/** Columns of this database hold values of any type from now on. */
const dropTypes = (path: string): void => {
  const connection = new Database(path)
  connection.unsafeMode(true)
  connection.pragma('writable_schema = ON')
  connection.exec(`UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE type = 'table'`)
  connection.close()
}

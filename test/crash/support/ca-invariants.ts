import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { runInProcess } from '../../support/run-in-process.ts'
import type { Answered } from './answered.ts'

/**
 * What must hold after every crash, once the server has started again without help: the log verifies
 * and goes on from the last head that anybody saw, and the records keep all that was answered.
 */
export const expectPromisesKept = async (directory: string, answered: Answered): Promise<void> => {
  expect(brokenPromises(directory, answered)).toEqual([])
  const head = join(directory, '..', 'head.txt')
  if (answered.head) writeFileSync(head, answered.head.text)
  const heads = answered.head ? ['--head', head] : []
  const verified = await runInProcess(['--data-directory', directory, 'log', 'verify', ...heads])
  expect(verified).toMatchObject({ exitCode: 0, code: undefined })
}

/** What a look into the records finds wrong, against all that was answered; empty if nothing is. */
const brokenPromises = (directory: string, answered: Answered): string[] => {
  const database = new Database(join(directory, 'easycerts.db'), { readonly: true })
  try {
    return [
      ...missingCertificates(database, answered),
      ...repeatedSerials(database),
      ...unexplainedIntents(database),
      ...lostRevocations(database, answered),
      ...crlNumbersGoneBack(database, answered),
    ]
  } finally {
    database.close()
  }
}

const missingCertificates = (database: Database.Database, { certificates }: Answered): string[] => {
  const find = database.prepare<[string], { der: Buffer | null; state: string }>(
    'SELECT der, state FROM certificates WHERE serial_number = ?',
  )
  return [...certificates].flatMap(([serialNumber, der]) => {
    const row = find.get(serialNumber)
    return row?.state === 'issued' && row.der?.equals(der) === true
      ? []
      : [`certificate ${serialNumber} was answered and is ${row?.state ?? 'not recorded'}`]
  })
}

/** Of one issuer; the schema forbids it, and this looks. */
const repeatedSerials = (database: Database.Database): string[] =>
  database
    .prepare<[], { serial: string }>(
      `SELECT serial_number AS serial FROM certificates GROUP BY issuer_id, serial_number
       HAVING count(*) > 1`,
    )
    .all()
    .map(({ serial }) => `serial number ${serial} was used twice`)

/** The start has found every intent that a crash left. */
const unexplainedIntents = (database: Database.Database): string[] =>
  database
    .prepare<[], { serial: string }>(
      `SELECT serial_number AS serial FROM certificates WHERE state = 'intended'`,
    )
    .all()
    .map(({ serial }) => `the intent ${serial} was not found by the start`)

const lostRevocations = (database: Database.Database, { revoked }: Answered): string[] => {
  const find = database.prepare('SELECT 1 FROM revocations WHERE serial_number = ?')
  return [...revoked].flatMap((serial) =>
    find.get(serial) === undefined ? [`the revocation of ${serial} was answered and is lost`] : [],
  )
}

const crlNumbersGoneBack = (database: Database.Database, { crlNumbers }: Answered): string[] => {
  const find = database.prepare<[string], { number: number }>(
    'SELECT number FROM crls WHERE issuer_id = ?',
  )
  return [...crlNumbers].flatMap(([issuer, number]) => {
    const now = find.get(issuer)?.number ?? 0
    return now < number ? [`the CRL of ${issuer} was number ${number} and is ${now}`] : []
  })
}

/** DER of all that a CA has issued, by serial number. */
export const recordedCertificates = (directory: string): Map<string, Buffer> => {
  const database = new Database(join(directory, 'easycerts.db'), { readonly: true })
  try {
    const rows = database
      .prepare<[], { serial: string; der: Buffer }>(
        `SELECT serial_number AS serial, der FROM certificates WHERE state = 'issued'`,
      )
      .all()
    return new Map(rows.map(({ serial, der }) => [serial, der]))
  } finally {
    database.close()
  }
}

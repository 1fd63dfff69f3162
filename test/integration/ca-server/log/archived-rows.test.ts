import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { days } from '@easycerts/shared/time'
import { retention } from '../../../../apps/ca-server/src/maintenance/index.ts'
import {
  type VerifiedLog,
  verifyDatabase,
} from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { runCaServer } from '../../../support/ca-server-process.ts'
import { confirmAs, joinedNode, renewAs } from '../../../support/in-process-nodes.ts'
import { tamper } from '../../../support/tamper.ts'
import { openTestAuthority, type TestAuthority } from '../../../support/test-authority.ts'

const PERIOD = days(90)

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
  const first = await joinedNode(ca, 'worker-1')
  await confirmAs(ca, await renewAs(ca, first))
  ca.clock.advance(days(30 + 91))
  await retention({
    authority: ca.authority,
    settings: { expiredCertificates: PERIOD, endedIdentities: PERIOD, endedTickets: PERIOD },
    monotonic: () => 0,
    sleep: () => Promise.resolve(),
    isStopped: () => false,
  }).run()
})
afterEach(() => ca.dispose())

const databaseOf = () => join(ca.directory, 'easycerts.db')

const verify = (withSignatures: boolean): Promise<VerifiedLog> =>
  verifyDatabase(databaseOf(), {
    heads: [],
    withSignatures,
    shown: 10,
    onProgress: () => undefined,
  })

describe('log verify of records that retention moved', () => {
  it('finds every row where the log says that it went, by the command too', async () => {
    const words = ['--output', 'json', '--data-directory', ca.directory]
    const verified = await runCaServer([...words, 'log', 'verify', '--signatures'])
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(verified.stdout)).toMatchObject({
      rows: { certificates: 0, archived_certificates: 2, archived_identities: 1 },
      signatures: 2,
      differenceCount: 0,
    })
  })

  it.each([
    ['archived_certificates', `UPDATE archived_certificates SET subject = 'CN=root'`, 2],
    ['archived_identities', `DELETE FROM archived_identities`, 1],
    ['archived_tickets', `UPDATE archived_tickets SET node = 'worker-2'`, 1],
  ])('finds what somebody did to %s', async (table, statement, count) => {
    tamper(databaseOf(), statement)
    const { differences } = await verify(false)
    expect(differences.map((difference) => difference.table)).toEqual(
      Array.from({ length: count }, () => table),
    )
  })

  it('finds an archived certificate that no issuer signed', async () => {
    tamper(databaseOf(), `UPDATE archived_certificates SET der = substr(der, 1, length(der) - 1)`)
    const { differences } = await verify(true)
    expect(differences.map(({ table, problem }) => `${table}: ${problem}`)).toContain(
      'archived_certificates: the certificate cannot be read',
    )
  })
})

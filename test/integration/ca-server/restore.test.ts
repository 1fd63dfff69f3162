import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { days, hours, minutes } from '@easycerts/shared/time'
import { type Certificate, certificatePem } from '@easycerts/shared/x509'
import {
  adoptIdentity,
  confirmIdentity,
  identifyNode,
  receiptOf,
  revokeTicket,
} from '../../../apps/ca-server/src/authority/index.ts'
import {
  type BackupIdentity,
  createBackup,
  generateBackupIdentity,
  type Recipient,
  type RestoreReport,
  restoreBackup,
  verifyBackup,
} from '../../../apps/ca-server/src/backup/index.ts'
import { type DataPaths, dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import { plaintextProtection } from '../../../apps/ca-server/src/key-store/index.ts'
import {
  confirmAs,
  joinBy,
  joinedNode,
  renewAs,
  requesterOf,
  takeTicketOf,
} from '../../support/in-process-nodes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import {
  makeDataDirectory,
  openRestoredAuthority,
  openTestAuthority,
  type TestAuthority,
} from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
let recipient: Recipient
let identity: BackupIdentity
const opened: TestAuthority[] = []
beforeEach(async () => {
  ca = await openTestAuthority()
  ;({ recipient, identity } = await generateBackupIdentity())
})
afterEach(async () => {
  for (const each of [ca, ...opened.splice(0)]) await each.dispose()
})

const backUp = async (withKeys = true): Promise<string> => {
  const out = join(temporaryFolder(), 'ca.backup.age')
  const { clock, directory } = ca
  const paths = dataPaths(directory)
  const wish = { paths, cluster: 'demo', out, recipients: [recipient], withKeys }
  await createBackup({ ...wish, openKek: undefined, clock: clock.read })
  return out
}

const restoreWish = (file: string, directory: string) => ({
  file,
  identities: [identity],
  directory,
  protection: plaintextProtection,
  keysFrom: undefined,
  reconcileFor: days(7),
  operator: 'root',
  uid: process.geteuid?.() ?? 0,
  clock: ca.clock.read,
  random: (octets: number) => Buffer.alloc(octets, 7),
})

/** The CA of a backup in another directory, after what the old one did meanwhile. */
const restore = async (file: string): Promise<TestAuthority & { report: RestoreReport }> => {
  const directory = join(temporaryFolder(), 'restored')
  const report = await restoreBackup(restoreWish(file, directory))
  const restored = await openRestoredAuthority(directory, ca.clock)
  opened.push(restored)
  return Object.assign(restored, { report })
}

/** What the node keeps of the log when it gets an identity. */
const evidenceOf = async (from: TestAuthority, certificate: Certificate) => {
  const witness = { actor: 'test', shown: undefined }
  const { entry, inclusion, head } = await receiptOf(
    from.authority,
    certificatePem(certificate),
    witness,
  )
  return { entry, inclusion, head }
}

type Evidence = Awaited<ReturnType<typeof evidenceOf>>

const adopt = (by: TestAuthority, certificate: Certificate, evidence: Evidence) =>
  adoptIdentity(by.authority, by.mutex, { certificate: certificate.der, evidence })

const stateOf = async (by: TestAuthority, { fingerprint }: Certificate) =>
  (await by.authority.store.read((reading) => reading.findIdentity(fingerprint)))?.state

const kindsOf = async (by: TestAuthority): Promise<string[]> =>
  (await by.authority.store.read((reading) => reading.listLog(100))).map(({ kind }) => kind)

/** What the log says of adoptions that were refused, newest first. */
const contestsOf = async (by: TestAuthority) => {
  const kind = 'adoption-contested'
  const { entries } = await by.authority.store.read((r) => r.searchLog({ kind, limit: 100 }))
  return entries.map(({ body }) => body)
}

describe('a restore', () => {
  it('gives the records, keys and settings of the backup, each of mode 0600', async () => {
    const node = await joinedNode(ca, 'worker-1')
    const restored = await restore(await backUp())
    for (const name of [
      'ca-server.yaml',
      ...readdirSync(join(ca.directory, 'keys')).map((key) => `keys/${key}`),
    ]) {
      const path = join(restored.directory, name)
      expect(readFileSync(path).equals(readFileSync(join(ca.directory, name)))).toBe(true)
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
    await expect(requesterOf(restored, node)).resolves.toMatchObject({
      node: { name: 'worker-1' },
      identity: { state: 'current' },
    })
  })

  it('begins a new epoch with the very first entry after the old ones', async () => {
    await joinedNode(ca, 'worker-1')
    const { log, store } = ca.authority
    const before = await store.read((reading) => reading.logTree())
    const restored = await restore(await backUp())
    const { started, manifest } = restored.report
    expect(started.previous).toMatchObject({ epoch: log.epoch, size: before.size })
    expect(manifest.log).toMatchObject({ size: before.size, root: started.previous.root })
    expect(started.epoch).toBeGreaterThan(log.epoch)
    expect(restored.authority.log).toMatchObject({ storeId: log.storeId, epoch: started.epoch })
    const entry = await restored.authority.store.read((reading) =>
      reading.findLogEntry(before.size + 1),
    )
    expect(JSON.parse(entry ?? '')).toMatchObject({
      kind: 'epoch-started',
      body: { epoch: started.epoch, previous: started.previous },
    })
  })

  it('never gives two restores of one backup the same epoch', async () => {
    const file = await backUp()
    const first = await restore(file)
    ca.clock.advance(minutes(1))
    const second = await restore(file)
    expect(second.report.started.epoch).toBeGreaterThan(first.report.started.epoch)
  })

  it('ends the tickets that were open, and leaves the spent ones as they were', async () => {
    await joinedNode(ca, 'worker-1')
    const open = await takeTicketOf(ca, 'worker-2')
    const restored = await restore(await backUp())
    expect(restored.report.started.revokedTickets).toEqual([open.id])
    const key = await generateSigningKey('ecdsa-p256')
    expect(await codeOfAsync(joinBy(restored, open, key))).toBe('ERR_TICKET_REVOKED')
  })

  it('uses no serial number twice, of the old CA or its own', async () => {
    const file = await backUp()
    const serials = new Set<string>()
    let count = 0
    const issue = async (by: TestAuthority) => {
      for (let index = 0; index < 20; index++) {
        serials.add((await joinedNode(by, `worker-${++count}`)).serialNumber)
      }
    }
    await issue(ca)
    await issue(await restore(file))
    expect(serials.size).toBe(40)
  })

  it('writes nothing where something is, and nothing of a backup that fails', async () => {
    const file = await backUp()
    const folder = temporaryFolder()
    const occupied = join(folder, 'ca')
    mkdirSync(occupied)
    writeFileSync(join(occupied, 'x'), '')
    expect(await codeOfAsync(restoreBackup(restoreWish(file, occupied)))).toBe(
      'ERR_ALREADY_INITIALISED',
    )
    const octets = readFileSync(file)
    writeFileSync(file, octets.subarray(0, octets.length - 100))
    expect(await codeOfAsync(restoreBackup(restoreWish(file, join(folder, 'new'))))).toBe(
      'ERR_BACKUP_DAMAGED',
    )
    expect(readdirSync(folder)).toEqual(['ca'])
    expect(readdirSync(occupied)).toEqual(['x'])
  })

  it('takes the keys from elsewhere for a backup without them, and only then', async () => {
    const folder = temporaryFolder()
    const file = await backUp(false)
    expect(await codeOfAsync(restoreBackup(restoreWish(file, join(folder, 'a'))))).toBe('ERR_USAGE')
    const keysFrom = join(folder, 'keys')
    cpSync(join(ca.directory, 'keys'), keysFrom, { recursive: true })
    const directory = join(folder, 'b')
    await restoreBackup({ ...restoreWish(file, directory), keysFrom })
    const restored = await openRestoredAuthority(directory, ca.clock)
    opened.push(restored)
    await joinedNode(restored, 'worker-1')
    const whole = await backUp()
    const both = restoreBackup({ ...restoreWish(whole, join(folder, 'c')), keysFrom })
    expect(await codeOfAsync(both)).toBe('ERR_USAGE')
  })

  it('puts keys that one machine alone can open under a protection of the new one', async () => {
    const folder = temporaryFolder()
    const kek = 'a'.repeat(64)
    const sealed = {
      prepare: async (paths: DataPaths) => ({
        ...(await plaintextProtection.prepare(paths)),
        secret: kek,
      }),
      open: () => Promise.resolve(kek),
    }
    const old = join(folder, 'old')
    await makeDataDirectory(old, { protection: sealed, clock: ca.clock.read })
    const keyOf = (directory: string) =>
      readFileSync(join(directory, 'keys', 'enrolment-g1.pem'), 'utf8')
    expect(keyOf(old)).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    const out = join(folder, 'sealed.age')
    const wish = { paths: dataPaths(old), cluster: 'demo', out, recipients: [recipient] }
    await createBackup({ ...wish, withKeys: true, openKek: sealed.open, clock: ca.clock.read })
    const restored = await restore(out)
    expect(readdirSync(restored.directory)).not.toContain('kek')
    expect(keyOf(restored.directory)).toContain('BEGIN PRIVATE KEY')
    await joinedNode(restored, 'worker-1')
  })
})

describe('verifying a backup', () => {
  it('finds a database that is not the one of the manifest', async () => {
    const file = await backUp()
    const manifest = await verifyBackup(file, [identity], temporaryFolder())
    expect(manifest.store).toMatchObject({ id: ca.authority.log.storeId, epoch: 1 })
  })

  it('leaves nothing in its scratch directory', async () => {
    const scratch = temporaryFolder()
    await verifyBackup(await backUp(), [identity], scratch)
    expect(readdirSync(scratch)).toEqual([])
  })
})

describe('an identity that was renewed after the backup', () => {
  const scene = async () => {
    const old = await joinedNode(ca, 'worker-1')
    const file = await backUp()
    ca.clock.advance(hours(1))
    const renewed = await renewAs(ca, old)
    await confirmAs(ca, renewed)
    const evidence = await evidenceOf(ca, renewed)
    return { old, renewed, evidence, restored: await restore(file) }
  }

  it('is told that the records lack it, adopted by its proof, and retires the old one', async () => {
    const { old, renewed, evidence, restored } = await scene()
    expect(await codeOfAsync(requesterOf(restored, renewed))).toBe('ERR_IDENTITY_UNRECORDED')
    await expect(adopt(restored, renewed, evidence)).resolves.toBe('worker-1')
    await expect(adopt(restored, renewed, evidence)).resolves.toBe('worker-1')
    await expect(requesterOf(restored, renewed)).resolves.toMatchObject({
      node: { name: 'worker-1' },
      identity: { state: 'current' },
    })
    expect(await codeOfAsync(requesterOf(restored, old))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect((await kindsOf(restored)).filter((kind) => kind === 'identity-adopted')).toHaveLength(1)
    // And goes on as any other.
    const next = await renewAs(restored, renewed)
    await confirmAs(restored, next)
    expect(await stateOf(restored, next)).toBe('current')
  })

  it('is not adopted without a proof from the lost part of our own log', async () => {
    const { old, renewed, evidence, restored } = await scene()
    const other = await joinedNode(ca, 'worker-9')
    const ofOther = await evidenceOf(ca, other)
    const ofOld = await evidenceOf(ca, old)
    const afterwards = await joinedNode(restored, 'worker-8')
    const ofNow = await evidenceOf(restored, afterwards)
    const lies: [string, Evidence][] = [
      ['the proof of another', ofOther],
      ['an entry that the backup holds', ofOld],
      ['a head of the new epoch', { ...evidence, head: ofNow.head }],
      ['a path of another', { ...evidence, inclusion: ofOther.inclusion }],
      ['no path', { ...evidence, inclusion: [] }],
      [
        'an entry that was changed',
        { ...evidence, entry: evidence.entry.replace('worker-1', 'worker-2') },
      ],
    ]
    for (const [lie, given] of lies)
      expect({ lie, code: await codeOfAsync(adopt(restored, renewed, given)) }).toEqual({
        lie,
        code: 'ERR_LOG_INCONSISTENT',
      })
    const signature = evidence.head.replace(/[A-Za-z0-9](?==*\n$)/, (letter) =>
      letter === 'B' ? 'C' : 'B',
    )
    expect(await codeOfAsync(adopt(restored, renewed, { ...evidence, head: signature }))).toMatch(
      /^ERR_LOG_(INCONSISTENT|MALFORMED)$/,
    )
    expect(await stateOf(restored, renewed)).toBeUndefined()
    expect(await contestsOf(restored)).toMatchObject([
      { fingerprint: renewed.fingerprint, code: 'ERR_LOG_INCONSISTENT', earlierUnrecorded: 0 },
    ])
    ca.clock.advance(hours(1))
    await codeOfAsync(adopt(restored, renewed, ofOld))
    expect((await contestsOf(restored))[0]).toMatchObject({ earlierUnrecorded: lies.length - 1 })
  })

  it('is not adopted over one that is newer, or that was ended on record', async () => {
    const { old, renewed, evidence, restored } = await scene()
    ca.clock.advance(hours(1))
    const newer = await renewAs(restored, old)
    await confirmAs(restored, newer)
    expect(await codeOfAsync(adopt(restored, renewed, evidence))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect(await stateOf(restored, newer)).toBe('current')
    expect(await codeOfAsync(adopt(restored, old, evidence))).toBe('ERR_IDENTITY_SUPERSEDED')
    // An alarm: two machines may have one name.
    expect(await contestsOf(restored)).toMatchObject([
      { fingerprint: old.fingerprint, code: 'ERR_IDENTITY_SUPERSEDED' },
      { fingerprint: renewed.fingerprint, code: 'ERR_IDENTITY_SUPERSEDED' },
    ])
  })

  it('is nobody once adoption has ended, by its time', async () => {
    const { renewed, evidence, restored } = await scene()
    ca.clock.advance(days(7))
    expect(await codeOfAsync(adopt(restored, renewed, evidence))).toBe('ERR_IDENTITY_UNKNOWN')
    expect(await codeOfAsync(requesterOf(restored, renewed))).toBe('ERR_IDENTITY_UNKNOWN')
  })

  it('of a node that joined after the backup is told to join again', async () => {
    const file = await backUp()
    const late = await joinedNode(ca, 'worker-2')
    const evidence = await evidenceOf(ca, late)
    const restored = await restore(file)
    expect(await codeOfAsync(adopt(restored, late, evidence))).toBe('ERR_IDENTITY_UNRECORDED')
  })
})

describe('an identity that waited for its confirmation in the backup', () => {
  it('of a renewal is adopted when its node shows it', async () => {
    const old = await joinedNode(ca, 'worker-1')
    ca.clock.advance(hours(1))
    const pending = await renewAs(ca, old)
    const evidence = await evidenceOf(ca, pending)
    const file = await backUp()
    await confirmAs(ca, pending)
    const restored = await restore(file)
    await adopt(restored, pending, evidence)
    expect(await stateOf(restored, pending)).toBe('current')
    expect(await stateOf(restored, old)).toBe('retired')
  })

  it('of a join is adopted although the restore ended its ticket', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const pending = await joinBy(ca, await takeTicketOf(ca, 'worker-1'), key)
    const evidence = await evidenceOf(ca, pending)
    const file = await backUp()
    await confirmAs(ca, pending)
    const restored = await restore(file)
    await adopt(restored, pending, evidence)
    const requester = await identifyNode(restored.authority, pending.fingerprint)
    expect(requester.identity.state).toBe('current')
    await confirmIdentity(restored.authority, requester)
  })

  it('is not adopted if an operator had revoked the ticket', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const ticket = await takeTicketOf(ca, 'worker-1')
    const pending = await joinBy(ca, ticket, key)
    const evidence = await evidenceOf(ca, pending)
    await revokeTicket(ca.authority, 'root', ticket.id)
    const file = await backUp()
    ca.clock.advance(minutes(1))
    const restored = await restore(file)
    expect(await codeOfAsync(adopt(restored, pending, evidence))).toBe('ERR_TICKET_REVOKED')
  })
})

import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { days, hours } from '@easycerts/shared/time'
import { type Certificate, certificatePem } from '@easycerts/shared/x509'
import {
  adoptIdentity,
  CrlPublisher,
  issueNodeCertificate,
  OcspResponder,
  receiptOf,
  renewIdentity,
  revokeCertificates,
  type RevocationTarget,
  type Store,
} from '../../../apps/ca-server/src/authority/index.ts'
import {
  createBackup,
  generateBackupIdentity,
  restoreBackup,
} from '../../../apps/ca-server/src/backup/index.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
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
  newRequest,
  openRestoredAuthority,
  openTestAuthority,
  type TestAuthority,
} from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
beforeAll(async () => {
  ca = await openTestAuthority()
})
afterAll(() => ca.dispose())

const revoke = async (by: TestAuthority, target: RevocationTarget) => {
  const { authority } = by
  const crls = await CrlPublisher.open(authority, {
    life: days(1),
    deliver: () => Promise.resolve(),
  })
  const channels = { crls, ocsp: new OcspResponder(authority), disconnect: () => undefined }
  return revokeCertificates(authority, channels, {
    target,
    reason: 'keyCompromise',
    actor: 'operator root',
  })
}

const node = (name: string): RevocationTarget => ({ kind: 'node', node: name })

/** The authority in which something happens between the intent and the signature of an issuance. */
const interrupted = (by: TestAuthority, happens: () => Promise<unknown>) => {
  const { store } = by.authority
  let hasHappened = false
  const transact: Store['transact'] = async (work) => {
    const result = await store.transact(work)
    if (!hasHappened) {
      hasHappened = true
      await happens()
    }
    return result
  }
  return { ...by.authority, store: { ...store, transact } }
}

describe('a node that is revoked while the CA signs for it', () => {
  it('is not given the certificate, which is revoked with the others', async () => {
    const requester = await requesterOf(ca, await joinedNode(ca, 'worker-1'))
    let serials: string[] = []
    const slow = interrupted(ca, async () => {
      const { revoked } = await revoke(ca, node('worker-1'))
      serials = revoked.map(({ certificate }) => `${certificate.profile} ${certificate.state}`)
    })
    const wish = { profile: 'kubelet-client', csr: await newRequest() }
    expect(await codeOfAsync(issueNodeCertificate(slow, requester, wish))).toBe(
      'ERR_IDENTITY_REVOKED',
    )
    expect(serials.sort()).toEqual(['kubelet-client intended', 'node-identity issued'])
  })

  it('gets no successor of its identity, and no identity by its ticket', async () => {
    const requester = await requesterOf(ca, await joinedNode(ca, 'worker-2'))
    const csr = await newRequest()
    const renewing = interrupted(ca, () => revoke(ca, node('worker-2')))
    expect(await codeOfAsync(renewIdentity(renewing, ca.mutex, requester, csr))).toBe(
      'ERR_IDENTITY_REVOKED',
    )
    const ticket = await takeTicketOf(ca, 'worker-3')
    const joining = interrupted(ca, () => revoke(ca, node('worker-3')))
    const key = await generateSigningKey('ecdsa-p256')
    const join = joinBy({ authority: joining, mutex: ca.mutex }, ticket, key)
    expect(await codeOfAsync(join)).toBe('ERR_IDENTITY_REVOKED')
    expect(await codeOfAsync(joinBy(ca, ticket, key))).toBe('ERR_TICKET_REVOKED')
  })

  it('confirms no successor that it was given before', async () => {
    const pending = await renewAs(ca, await joinedNode(ca, 'worker-4'))
    const requester = await requesterOf(ca, pending)
    await revoke(ca, node('worker-4'))
    expect(requester.identity.state).toBe('pending')
    expect(await codeOfAsync(confirmAs(ca, pending))).toBe('ERR_IDENTITY_REVOKED')
  })
})

describe('the tickets of a node that is revoked', () => {
  it('end with it, are named, and stand in the log', async () => {
    await joinedNode(ca, 'worker-5')
    const open = await takeTicketOf(ca, 'worker-5', { replace: true })
    const other = await takeTicketOf(ca, 'worker-6')
    const { tickets } = await revoke(ca, node('worker-5'))
    expect(tickets).toEqual([open.id])
    const key = await generateSigningKey('ecdsa-p256')
    expect(await codeOfAsync(joinBy(ca, open, key))).toBe('ERR_TICKET_REVOKED')
    await expect(joinBy(ca, other, key)).resolves.toBeDefined()
    const entries = await ca.authority.store.read((reading) =>
      reading.searchLog({ limit: 1, before: undefined, kind: 'ticket-revoked' }),
    )
    expect(entries.entries).toMatchObject([
      { actor: 'operator root', body: { ticket: open.id, node: 'worker-5' } },
    ])
  })

  it('end also where the node has no certificate yet', async () => {
    const open = await takeTicketOf(ca, 'worker-7')
    await expect(revoke(ca, node('worker-7'))).resolves.toMatchObject({
      revoked: [],
      tickets: [open.id],
    })
    expect(await codeOfAsync(revoke(ca, node('worker-7')))).toBe('ERR_CERTIFICATE_UNKNOWN')
  })

  it('stay where one identity alone is revoked', async () => {
    await joinedNode(ca, 'worker-8')
    const open = await takeTicketOf(ca, 'worker-8', { replace: true })
    const { tickets } = await revoke(ca, { kind: 'identity', identity: 'worker-8' })
    expect(tickets).toEqual([])
    await expect(joinBy(ca, open, await generateSigningKey('ecdsa-p256'))).resolves.toBeDefined()
  })
})

describe('a node that is revoked after a restore', () => {
  const opened: TestAuthority[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.dispose()
  })

  const restored = async (from: TestAuthority, lost: () => Promise<unknown>) => {
    const { recipient, identity } = await generateBackupIdentity()
    const [file, directory] = [join(temporaryFolder(), 'ca.age'), join(temporaryFolder(), 'ca')]
    const { clock } = from
    const paths = dataPaths(from.directory)
    const wish = { paths, cluster: 'demo', out: file, recipients: [recipient], withKeys: true }
    await createBackup({ ...wish, openKek: undefined, clock: clock.read })
    clock.advance(hours(1))
    await lost()
    await restoreBackup({
      ...{ file, identities: [identity], directory, protection: plaintextProtection },
      ...{ keysFrom: undefined, reconcileFor: days(7), operator: 'root', clock: clock.read },
      uid: process.geteuid?.() ?? 0,
      random: (octets: number) => Buffer.alloc(octets, 9),
    })
    const again = await openRestoredAuthority(directory, clock)
    opened.push(again)
    return again
  }

  const adopt = async (by: TestAuthority, certificate: Certificate) => {
    const witness = { actor: 'test', shown: undefined }
    const evidence = await receiptOf(ca.authority, certificatePem(certificate), witness)
    return adoptIdentity(by.authority, by.mutex, { certificate: certificate.der, evidence })
  }

  it('does not come back by an identity that the records had lost', async () => {
    const old = await joinedNode(ca, 'worker-11')
    let renewed = old
    const again = await restored(ca, async () => {
      renewed = await renewAs(ca, old)
      await confirmAs(ca, renewed)
    })
    ca.clock.advance(hours(1))
    await revoke(again, node('worker-11'))
    expect(await codeOfAsync(adopt(again, renewed))).toBe('ERR_IDENTITY_REVOKED')
    expect(await codeOfAsync(requesterOf(again, renewed))).toBe('ERR_IDENTITY_UNRECORDED')
  })

  it('comes back by one that it got by a new ticket after it had been revoked', async () => {
    const old = await joinedNode(ca, 'worker-12')
    await revoke(ca, node('worker-12'))
    let fresh = old
    const again = await restored(ca, async () => {
      const ticket = await takeTicketOf(ca, 'worker-12', { replace: true })
      fresh = await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
      await confirmAs(ca, fresh)
    })
    await expect(adopt(again, fresh)).resolves.toBe('worker-12')
  })
})

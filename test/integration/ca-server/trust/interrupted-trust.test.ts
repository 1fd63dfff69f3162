import {
  acceptFirstTrust,
  parseSignedTrust,
  recallTrust,
  type SignedTrust,
  walkTrust,
} from '@easycerts/shared/trust'
import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { days } from '@easycerts/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Authority,
  keepTrust,
  newestTrust,
  tellServiceAccountKey,
  trustAfter,
} from '../../../../apps/ca-server/src/authority/index.ts'
import {
  createBackup,
  generateBackupIdentity,
  restoreBackup,
} from '../../../../apps/ca-server/src/backup/index.ts'
import { dataPaths } from '../../../../apps/ca-server/src/config/index.ts'
import { plaintextProtection } from '../../../../apps/ca-server/src/key-store/index.ts'
import { verifyDatabase } from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { joinedNode, requesterOf } from '../../../support/in-process-nodes.ts'
import { tamper } from '../../../support/tamper.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import {
  openRestoredAuthority,
  openTestAuthority,
  type TestAuthority,
} from '../../../support/test-authority.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const served = async (from: TestAuthority = ca, after = 0): Promise<SignedTrust[]> =>
  (await trustAfter(from.authority, after)).documents

/** What a node makes of all that is served behind a version that it knows. */
const follow = (known: SignedTrust | undefined, documents: readonly SignedTrust[]): string[] => {
  const start = recallTrust(parseSignedTrust(known))
  if (start.kind !== 'accepted') return [start.kind]
  let { trust } = start
  return documents.map((each) => {
    const step = walkTrust(trust, parseSignedTrust(each))
    if (step.kind === 'accepted') trust = step.trust
    return step.kind === 'refused' ? step.code : step.kind
  })
}

/** A CA that loses its power before its commit number `count`, counted from 0. */
const dyingAfter = (authority: Authority, count: number): Authority => {
  let left = count
  const transact: Authority['store']['transact'] = (work) =>
    left-- > 0 ? authority.store.transact(work) : Promise.reject(new Error('power cut'))
  return { ...authority, store: { ...authority.store, transact } }
}

/** Intent and record of the certificate, then the document. */
const COMMITS = 3

describe('the first document', () => {
  it.each([0, 1, 2])('cut short before commit %i is made by the next start', async (count) => {
    await expect(keepTrust(dyingAfter(ca.authority, count))).rejects.toThrow('power cut')
    expect(await served()).toEqual([])
    await ca.reopen()
    await keepTrust(ca.authority)
    const { issuers, cluster, clock } = ca.authority
    const facts = { anchor: issuers.enrolment.certificate, cluster: cluster.name, now: clock() }
    expect(acceptFirstTrust(await newestTrust(ca.authority), facts).document.version).toBe(1)
    await expectLogHolds()
  })

  it('needs no further commit', async () => {
    await keepTrust(dyingAfter(ca.authority, COMMITS))
    expect(await served()).toHaveLength(1)
  })

  it('is signed by the key whose file a crash left without a record', async () => {
    const { pin } = ca.authority.trustKey.publicKey
    const { database } = dataPaths(ca.directory)
    tamper(database, 'DELETE FROM trust_keys')
    await ca.reopen()
    expect(ca.authority.trustKey.publicKey.pin).toBe(pin)
    await keepTrust(ca.authority)
    expect(await served()).toHaveLength(1)
  })
})

const expectLogHolds = async (): Promise<void> => {
  const { differences } = await verifyDatabase(dataPaths(ca.directory).database, {
    ...{ heads: [], withSignatures: true, shown: 5 },
    onProgress: () => undefined,
  })
  expect(differences).toEqual([])
}

/** A master joins and tells a key, which makes a version. */
const newVersion = async (from: TestAuthority, master: string): Promise<void> => {
  const requester = await requesterOf(from, await joinedNode(from, master, { role: 'master' }))
  const { publicKey } = await generateSigningKey('ecdsa-p256')
  await tellServiceAccountKey(from.authority, requester, encodePem('PUBLIC KEY', publicKey.spki))
}

it('versions made at the same time follow one another, and the log vouches for each', async () => {
  await keepTrust(ca.authority)
  const masters = Array.from({ length: 8 }, (_, index) => `master-${index}`)
  await Promise.all(masters.map((master) => newVersion(ca, master)))
  const [first, ...rest] = await served()
  expect(follow(first, rest)).toEqual(masters.map(() => 'accepted'))
  await expectLogHolds()
})

it('a changed document, signature or key of the records is found by the log', async () => {
  await keepTrust(ca.authority)
  const { database } = dataPaths(ca.directory)
  tamper(
    database,
    "UPDATE trust_versions SET document = x'7b7d'",
    "UPDATE trust_keys SET public_key = x'00'",
  )
  const { differences } = await verifyDatabase(database, {
    ...{ heads: [], withSignatures: false, shown: 5 },
    onProgress: () => undefined,
  })
  expect(differences.map(({ table }) => table).toSorted()).toEqual(['trust_keys', 'trust_versions'])
})

describe('a restored CA', () => {
  const backUp = async (from: TestAuthority) => {
    const { recipient, identity } = await generateBackupIdentity()
    const out = `${temporaryFolder()}/ca.age`
    const wish = { paths: dataPaths(from.directory), cluster: 'demo', out, withKeys: true }
    await createBackup({
      ...{ ...wish, recipients: [recipient], openKek: undefined },
      clock: from.clock.read,
    })
    return async (): Promise<TestAuthority> => {
      const directory = `${temporaryFolder()}/restored`
      await restoreBackup({
        ...{ file: out, identities: [identity], directory, protection: plaintextProtection },
        ...{ keysFrom: undefined, reconcileFor: days(7), operator: 'root' },
        uid: process.geteuid?.() ?? 0,
        clock: from.clock.read,
        random: (octets: number) => Buffer.alloc(octets, 7),
      })
      return openRestoredAuthority(directory, from.clock)
    }
  }

  it('goes on with a version that every node accepts, whatever it had seen of the lost ones', async () => {
    await keepTrust(ca.authority)
    const restore = await backUp(ca)
    for (const master of ['master-1', 'master-2']) await newVersion(ca, master)
    const seen = await served()
    expect(seen).toHaveLength(3)
    ca.clock.advance(days(1))

    const restored = await restore()
    try {
      await keepTrust(restored.authority)
      const { version } = parseSignedTrust(await newestTrust(restored.authority)).document
      expect(version).toBe(Math.floor(ca.clock.read().getTime() / 1000))
      for (const known of seen) {
        const { document } = parseSignedTrust(known)
        const next = await served(restored, document.version)
        expect(follow(known, next)).toEqual(['accepted'])
      }
      await newVersion(restored, 'master-3')
      const [, , last] = await served(restored)
      expect(parseSignedTrust(last).document.version).toBe(version + 1)
    } finally {
      await restored.dispose()
    }
  })

  it('and the old one are not both followed: the node that saw the new one refuses the old', async () => {
    await keepTrust(ca.authority)
    const restored = await (await backUp(ca))()
    try {
      await keepTrust(restored.authority)
      await newVersion(ca, 'master-1')
      const fromNew = await newestTrust(restored.authority)
      const fromOld = await newestTrust(ca.authority)
      expect(follow(fromNew, [fromOld])).toEqual(['ERR_TRUST_ROLLED_BACK'])
    } finally {
      await restored.dispose()
    }
  })
})

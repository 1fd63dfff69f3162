import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { days, hours } from '@easycerts/shared/time'
import {
  acceptFirstTrust,
  bundlesOfTrust,
  parseSignedTrust,
  recallTrust,
  type TrustDocument,
  walkTrust,
} from '@easycerts/shared/trust'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  keepTrust,
  newestTrust,
  removeNode,
  type RevocationChannels,
  tellServiceAccountKey,
  trustAfter,
  trustBundlesOf,
} from '../../../../apps/ca-server/src/authority/index.ts'
import { dataPaths } from '../../../../apps/ca-server/src/config/index.ts'
import { joinedNode, requesterOf } from '../../../support/in-process-nodes.ts'
import { OPERATOR } from '../../../support/requesters.ts'
import { openTestAuthority, type TestAuthority } from '../../../support/test-authority.ts'
import { codeOfAsync } from '../../../support/to-throw-code.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const newest = async (): Promise<TrustDocument> =>
  parseSignedTrust(await newestTrust(ca.authority)).document

const logged = async (kind: string) =>
  ca.authority.store.read(async (reading) =>
    (await reading.listLog(500)).filter((entry) => entry.kind === kind),
  )

/** A node that knows the first version goes over all that are served. */
const walk = async (): Promise<number[]> => {
  const { documents } = await trustAfter(ca.authority, 0)
  const [first, ...rest] = documents.map(parseSignedTrust)
  const start = first && recallTrust(first)
  if (start?.kind !== 'accepted') throw new Error('no first version')
  let known = start.trust
  for (const next of rest) {
    const step = walkTrust(known, next)
    if (step.kind !== 'accepted') throw new Error(JSON.stringify(step))
    known = step.trust
  }
  return documents.map((each) => parseSignedTrust(each).document.version)
}

describe('the first trust document', () => {
  it('says what the CA says otherwise: name, epoch, endpoints, log key, and every bundle', async () => {
    await keepTrust(ca.authority)
    const document = await newest()
    const { log, cluster, joinEndpoints, nodeEndpoints, issuers } = ca.authority
    expect(document).toMatchObject({
      version: 1,
      epoch: 1,
      cluster: { name: cluster.name, id: log.storeId },
      endpoints: { join: joinEndpoints, node: nodeEndpoints },
      logKeys: [{ publicKey: log.publicKey.toString('base64url'), state: 'active' }],
    })
    expect(bundlesOfTrust(document)).toEqual({ ...trustBundlesOf(issuers), 'service-account': '' })
  })

  it('is believed by whoever knows the pinned issuer alone', async () => {
    const { issuers, cluster, clock } = ca.authority
    const facts = { anchor: issuers.enrolment.certificate, cluster: cluster.name, now: clock() }
    expect(acceptFirstTrust(await newestTrust(ca.authority), facts).document.version).toBe(1)
  })

  it('is made once, however often and by however many it is asked for', async () => {
    await Promise.all([1, 2, 3, 4].map(() => keepTrust(ca.authority)))
    await ca.reopen()
    await keepTrust(ca.authority)
    expect(await logged('trust-published')).toHaveLength(1)
    expect(await walk()).toEqual([1])
  })
})

describe('the next version', () => {
  beforeEach(() => keepTrust(ca.authority))

  it('follows a change of the endpoints at the next start', async () => {
    const { config } = dataPaths(ca.directory)
    const text = readFileSync(config, 'utf8')
    writeFileSync(config, text.replaceAll('10.0.0.1', '10.0.0.9'))
    await ca.reopen()
    await keepTrust(ca.authority)
    expect(await newest()).toMatchObject({
      version: 2,
      endpoints: { node: ca.authority.nodeEndpoints },
    })
    expect(ca.authority.nodeEndpoints.join()).toContain('10.0.0.9')
    expect(await walk()).toEqual([1, 2])
  })

  it('comes before the last one ends, and so does a new certificate of its key', async () => {
    ca.clock.advance(days(89))
    await keepTrust(ca.authority)
    expect(await newest()).toMatchObject({ version: 1 })
    ca.clock.advance(days(1))
    await keepTrust(ca.authority)
    expect(await newest()).toMatchObject({ version: 2, expiresAt: '2030-09-28T00:00:00.000Z' })
    const [before] = (await newestTrust(ca.authority)).certifications
    ca.clock.advance(days(160))
    await keepTrust(ca.authority)
    const signed = await newestTrust(ca.authority)
    expect(signed.certifications[0]).not.toBe(before)
    ca.clock.advance(days(200))
    const { issuers, cluster, clock } = ca.authority
    const facts = { anchor: issuers.enrolment.certificate, cluster: cluster.name, now: clock() }
    expect(acceptFirstTrust(signed, facts).document.version).toBe(3)
  })

  it('is not made by a clock that is held', async () => {
    ca.clock.jump(days(100))
    expect(await codeOfAsync(keepTrust(ca.authority))).toBe('ERR_CLOCK_JUMPED')
    expect(await newest()).toMatchObject({ version: 1 })
  })
})

let requester: Awaited<ReturnType<typeof requesterOf>>
const addMaster = async (name: string, role: 'master' | 'worker' = 'master', more = {}) => {
  requester = await requesterOf(ca, await joinedNode(ca, name, { role, ...more }))
  return requester
}
const newKey = async (): Promise<string> =>
  encodePem('PUBLIC KEY', (await generateSigningKey('ecdsa-p256')).publicKey.spki)
const tell = (pem: string, by = requester) => tellServiceAccountKey(ca.authority, by, pem)
const listed = async () =>
  (await newest()).purposes['service-account'].map(({ publicKey, state }) => [publicKey, state])

describe('a master’s key for service-account tokens', () => {
  beforeEach(async () => {
    await keepTrust(ca.authority)
    await addMaster('master-1')
  })

  it('makes a version that lists it, in the log as the master’s doing, and is told once', async () => {
    const key = await newKey()
    expect(await tell(key)).toMatchObject({ trustVersion: 2 })
    expect(await tell(key)).toMatchObject({ trustVersion: 2 })
    expect(await listed()).toEqual([[key, 'distributed']])
    expect(await logged('service-account-key-told')).toMatchObject([{ actor: 'node master-1' }])
    expect(bundlesOfTrust(await newest())['service-account']).toBe(key)
    expect(await walk()).toEqual([1, 2])
  })

  it('stands beside those of other masters', async () => {
    const [one, two] = [await newKey(), await newKey()]
    await Promise.all([tell(one), tell(two, await addMaster('master-2'))])
    expect(await listed()).toEqual([
      [one, 'distributed'],
      [two, 'distributed'],
    ])
    expect(await walk()).toEqual([1, 2, 3])
  })

  it('leaves the one before in the bundle, and no more than that', async () => {
    const [first, second, third] = [await newKey(), await newKey(), await newKey()]
    await tell(first)
    await tell(second)
    expect(await listed()).toEqual([
      [second, 'distributed'],
      [first, 'retiring'],
    ])
    ca.clock.advance(hours(2))
    await tell(third)
    expect(await listed()).toEqual([
      [third, 'distributed'],
      [second, 'retiring'],
    ])
    // A master that went back to a key of before.
    ca.clock.advance(hours(2))
    await tell(first)
    expect(await listed()).toEqual([
      [first, 'distributed'],
      [third, 'retiring'],
    ])
  })

  it('pushes out no key that is younger than an hour', async () => {
    const keys = [await newKey(), await newKey(), await newKey()]
    await tell(keys[0] ?? '')
    await tell(keys[1] ?? '')
    expect(await codeOfAsync(tell(keys[2] ?? ''))).toBe('ERR_RATE_LIMITED')
    expect(await newest()).toMatchObject({ version: 3 })
  })

  it('is taken from no worker, and none of another kind is taken', async () => {
    const key = await newKey()
    const worker = await addMaster('worker-1', 'worker')
    expect(await codeOfAsync(tell(key, worker))).toBe('ERR_REQUESTER_NOT_PERMITTED')
    const master = await addMaster('master-2')
    const ed25519 = encodePem('PUBLIC KEY', (await generateSigningKey('ed25519')).publicKey.spki)
    expect(await codeOfAsync(tell(ed25519, master))).toBe('ERR_CSR_KEY_REJECTED')
    expect(await codeOfAsync(tell('no PEM', master))).toBe('ERR_PEM_MALFORMED')
    expect(await newest()).toMatchObject({ version: 1 })
  })

  it('of a master that was removed is in no further version, nor when its name comes back', async () => {
    const key = await newKey()
    await tell(key)
    const channels = {
      crls: { publishChanges: () => Promise.resolve(undefined), current: () => undefined },
      ocsp: { forget: () => undefined },
      disconnect: () => undefined,
    } as unknown as RevocationChannels
    await removeNode(ca.authority, channels, {
      ...{ operator: OPERATOR, node: 'master-1', reason: 'sold' },
    })
    expect(await listed()).toEqual([])
    expect(await logged('service-account-key-retired')).toHaveLength(1)
    expect(await walk()).toEqual([1, 2, 3])
    ca.clock.advance(hours(1))
    await addMaster('master-1')
    await keepTrust(ca.authority)
    expect(await listed()).toEqual([])
  })

  it('of a node that is a master no more is in no further version', async () => {
    await tell(await newKey())
    await addMaster('master-1', 'worker', { replace: true })
    await keepTrust(ca.authority)
    expect(await listed()).toEqual([])
  })
})

describe('the trust key', () => {
  const path = () => dataPaths(ca.directory).issuerKey('trust-g1')

  it('that is missing, or another, keeps the CA from opening', async () => {
    const before = readFileSync(path())
    rmSync(path())
    expect(await codeOfAsync(() => ca.reopen())).toBe('ERR_DATA_DIRECTORY_BROKEN')
    const other = (await generateSigningKey('ed25519')).exportPem().reveal()
    writeFileSync(path(), other, { mode: 0o600 })
    expect(await codeOfAsync(() => ca.reopen())).toBe('ERR_DATA_DIRECTORY_BROKEN')
    writeFileSync(path(), before, { mode: 0o600 })
    await ca.reopen()
  })
})

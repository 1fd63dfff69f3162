import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { inspect } from 'node:util'
import {
  clientIdentityOf,
  findIdentityHolder,
  lockIdentity,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import { generateSigningKey } from '@easycerts/shared/key'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Forged, forgeCa, forgeCertificate } from '../../support/join/forge-certificate.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf, codeOfAsync } from '../../support/to-throw-code.ts'

const ca = await forgeCa('enrolment')
const identityFor = (key?: Forged['key']): Promise<Forged> =>
  forgeCertificate({ commonName: 'worker-1', issuer: ca, ...(key ? { key } : {}) })

const open = (directory: string) => openIdentityStore(directory, geteuid?.() ?? 0)

describe('the identity store', () => {
  let directory = ''
  beforeEach(() => {
    directory = join(temporaryFolder(), 'identity')
  })

  /** What a process that starts now finds. */
  const found = () => {
    const store = open(directory)
    const [current, pending] = [store.load(), store.loadPending('renewal')]
    return {
      current: current?.key.publicKey.pin,
      isConfirmed: current?.isConfirmed,
      pending: pending?.key.publicKey.pin,
      hasAnswer: pending?.certificate !== undefined,
    }
  }

  const joined = async () => {
    const { key, certificate } = await identityFor()
    const store = open(directory)
    await store.savePending('join', key)
    await store.savePendingCertificate('join', certificate)
    await store.promotePending('join')
    await store.markConfirmed()
    return key.publicKey.pin
  }

  it('is empty at first', () => {
    expect(found()).toEqual({
      current: undefined,
      isConfirmed: undefined,
      pending: undefined,
      hasAnswer: false,
    })
  })

  it('tells after every step of a renewal where to go on', async () => {
    const old = await joined()
    const { key, certificate } = await identityFor()
    const fresh = key.publicKey.pin
    const store = open(directory)
    await store.savePending('renewal', key)
    expect(found()).toEqual({ current: old, isConfirmed: true, pending: fresh, hasAnswer: false })
    await store.savePendingCertificate('renewal', certificate)
    expect(found()).toEqual({ current: old, isConfirmed: true, pending: fresh, hasAnswer: true })
    await store.promotePending('renewal')
    const switched = { current: fresh, pending: undefined, hasAnswer: false }
    expect(found()).toEqual({ ...switched, isConfirmed: false })
    await store.markConfirmed()
    expect(found()).toEqual({ ...switched, isConfirmed: true })
  })

  it('takes a switch as done whose pending file is still there', async () => {
    await joined()
    const { key, certificate } = await identityFor()
    const store = open(directory)
    await store.savePending('renewal', key)
    await store.savePendingCertificate('renewal', certificate)
    writeFileSync(join(directory, 'current.pem'), pairOf({ key, certificate }))
    expect(found()).toMatchObject({ current: key.publicKey.pin, pending: undefined })
  })

  it('forgets the renewal of an identity that a join replaces', async () => {
    await joined()
    await open(directory).savePending('renewal', await generateSigningKey('ecdsa-p256'))
    await joined()
    expect(found()).toMatchObject({ pending: undefined, isConfirmed: true })
  })

  it('refuses a certificate for another key', async () => {
    const store = open(directory)
    await store.savePending('renewal', await generateSigningKey('ecdsa-p256'))
    const { certificate } = await identityFor()
    expect(await codeOfAsync(store.savePendingCertificate('renewal', certificate))).toBe(
      'ERR_KEY_MISMATCH',
    )
    expect(found().hasAnswer).toBe(false)
  })

  it('lets nobody else read it', async () => {
    await joined()
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600)
  })

  it('refuses a file that is damaged, and names it', async () => {
    await joined()
    writeFileSync(join(directory, 'current.pem'), 'rubbish')
    expect(codeOf(() => open(directory).load())).toBe('ERR_PEM_MALFORMED')
  })

  it('lets a join begin over a damaged identity', async () => {
    await joined()
    writeFileSync(join(directory, 'current.pem'), 'rubbish')
    const key = await generateSigningKey('ecdsa-p256')
    const store = open(directory)
    await store.savePending('join', key)
    expect(store.loadPending('join')?.key.publicKey.pin).toBe(key.publicKey.pin)
  })

  it('shows its key to nobody who prints it', async () => {
    const { key, certificate } = await identityFor()
    expect(inspect(clientIdentityOf({ key, certificate }))).not.toContain('PRIVATE')
  })

  it('belongs to one process at a time', async () => {
    const clock = () => new Date()
    const lock = await lockIdentity(directory, clock)
    expect(findIdentityHolder(directory)?.pid).toBe(process.pid)
    expect(await codeOfAsync(lockIdentity(directory, clock))).toBe('ERR_SERVER_RUNNING')
    await lock.release()
    expect(findIdentityHolder(directory)).toBeUndefined()
  })
})

const pairOf = ({ key, certificate }: Pick<Forged, 'key' | 'certificate'>): string => {
  const { certificatePem, keyPem } = clientIdentityOf({ key, certificate })
  return keyPem.reveal() + certificatePem
}

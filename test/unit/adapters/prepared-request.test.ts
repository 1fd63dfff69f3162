import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadPrepared, removePrepared, savePrepared } from '@easycerts/adapters/identity-store'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf, codeOfAsync } from '../../support/to-throw-code.ts'

const uid = process.geteuid?.() ?? 0
const make = async () => {
  const key = await generateSigningKey('ecdsa-p256')
  return { key, csr: buildCertificateRequest(key) }
}

let directory: string
beforeEach(() => {
  directory = join(temporaryFolder(), 'identity')
})

describe('a request that was prepared', () => {
  it('comes back octet by octet, with its key, from a file of the owner alone', async () => {
    const prepared = await make()
    await savePrepared(directory, prepared)
    const loaded = loadPrepared(directory, uid)
    expect(loaded?.csr).toBe(prepared.csr)
    expect(loaded?.key.publicKey.pin).toBe(prepared.key.publicKey.pin)
    expect(readdirSync(directory)).toEqual(['prepared.pem'])
    expect(statSync(join(directory, 'prepared.pem')).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('is never replaced: a ticket may be bound to it', async () => {
    const first = await make()
    await savePrepared(directory, first)
    expect(await codeOfAsync(savePrepared(directory, await make()))).toBe('ERR_FILE_NOT_WRITABLE')
    expect(loadPrepared(directory, uid)?.csr).toBe(first.csr)
  })

  it('is gone once it is removed, and nothing is there before', async () => {
    expect(loadPrepared(directory, uid)).toBeUndefined()
    await savePrepared(directory, await make())
    await removePrepared(directory)
    expect(existsSync(join(directory, 'prepared.pem'))).toBe(false)
    expect(loadPrepared(directory, uid)).toBeUndefined()
  })

  it('is refused if others may read it, if it is damaged, or if the two do not belong together', async () => {
    const [first, second] = [await make(), await make()]
    await savePrepared(directory, first)
    const path = join(directory, 'prepared.pem')
    chmodSync(path, 0o644)
    expect(codeOf(() => loadPrepared(directory, uid))).toBe('ERR_FILE_UNSAFE')
    chmodSync(path, 0o600)
    writeFileSync(path, first.key.exportPem().reveal() + second.csr)
    expect(codeOf(() => loadPrepared(directory, uid))).toBe('ERR_KEY_MISMATCH')
    writeFileSync(path, first.csr)
    expect(codeOf(() => loadPrepared(directory, uid))).toBe('ERR_PEM_MALFORMED')
  })
})

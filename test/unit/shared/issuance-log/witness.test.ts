import { beforeEach, describe, expect, it } from 'vitest'
import {
  acceptFirstHead,
  acceptNextHead,
  parseSignedHead,
  requireLogged,
} from '@easycerts/shared/issuance-log'
import { codeOf } from '../../../support/to-throw-code.ts'
import { createTestLog, type TestLog } from '../../../support/test-log.ts'

let log: TestLog
let spki: Buffer
beforeEach(async () => {
  log = await createTestLog()
  spki = log.key.publicKey.spki
  for (const fingerprint of ['aa', 'bb', 'cc']) log.append('certificate-issued', { fingerprint })
})

const next = (shown: string) => acceptNextHead(parseSignedHead(shown).head, log.claim(shown), spki)
const rootOf = (size: number): string =>
  parseSignedHead(log.head(size)).head.root.toString('base64')
/** What a restore of a backup with so many entries appends. */
const restore = (size: number, epoch: number): void => {
  log.cut(size)
  const previous = { epoch: log.epoch, size, root: rootOf(size) }
  log.append('epoch-started', { epoch, previous })
  log.epoch = epoch
}

describe('a witness of the log', () => {
  it('accepts a head that only adds entries, and the same one again', () => {
    const shown = log.head()
    expect(next(shown).signed.head.size).toBe(4)
    log.append('certificate-issued', { fingerprint: 'dd' })
    expect(next(shown)).toMatchObject({ signed: { head: { size: 5 } } })
  })

  const forge = (entries: number): void => {
    log.cut(2)
    for (let count = 0; count < entries; count++) log.append('forged', {})
  }

  it.each<[string, () => void]>([
    ['shorter', () => forge(0)],
    ['as long, with another entry', () => forge(2)],
    ['longer, with another entry', () => forge(4)],
    ['of another store', () => (log.storeId = 'ff'.repeat(16))],
    ['of an epoch before', () => (log.epoch = 0)],
    ['of an epoch that nothing explains', () => (log.epoch = 2)],
  ])('refuses a history that is %s', (_, change) => {
    const shown = log.head()
    change()
    expect(codeOf(() => next(shown))).toBe('ERR_LOG_INCONSISTENT')
  })

  it('refuses a head that another key signed', async () => {
    const other = await createTestLog()
    expect(codeOf(() => acceptFirstHead(other.claim(), spki))).toBe('ERR_LOG_INCONSISTENT')
    expect(acceptFirstHead(log.claim(), spki).head.size).toBe(4)
  })

  it('accepts a restore that the log holds, and knows what it cut off', () => {
    const shown = log.head()
    restore(2, 1_700_000_000)
    expect(next(shown).restoredFrom).toMatchObject({ epoch: 1, size: 2 })
  })

  it('still demands every entry that a restore kept', () => {
    const shown = log.head(2)
    restore(3, 5)
    expect(next(shown).restoredFrom).toBeUndefined()
    restore(4, 9)
    expect(next(shown).restoredFrom).toBeUndefined()
    const [, ...others] = log.texts
    log.texts.splice(0, log.texts.length, others[0] ?? '', ...others)
    expect(codeOf(() => next(shown))).toBe('ERR_LOG_INCONSISTENT')
  })

  it('accepts one backup restored twice', () => {
    restore(3, 5)
    const shown = log.head()
    log.epoch = 1
    restore(3, 6)
    expect(next(shown).restoredFrom).toMatchObject({ epoch: 1, size: 3 })
  })

  it('refuses a restore whose entry names another size or root than the log has there', () => {
    const shown = log.head()
    for (const previous of [
      { epoch: 1, size: 2, root: rootOf(3) },
      { epoch: 1, size: 3, root: rootOf(2) },
    ]) {
      log.cut(2)
      log.append('epoch-started', { epoch: 7, previous })
      log.epoch = 7
      expect(codeOf(() => next(shown))).toBe('ERR_LOG_INCONSISTENT')
      log.epoch = 1
    }
  })

  it('demands the entry about its own certificate, in that very log', () => {
    const { head } = parseSignedHead(log.head())
    expect(() => requireLogged(log.receipt('bb'), head, 'bb')).not.toThrow()
    expect(codeOf(() => requireLogged(log.receipt('bb'), head, 'aa'))).toBe('ERR_LOG_UNPROVEN')
    const stale = log.receipt('bb')
    log.append('certificate-issued', { fingerprint: 'dd' })
    const { head: later } = parseSignedHead(log.head())
    expect(codeOf(() => requireLogged(stale, later, 'bb'))).toBe('ERR_LOG_UNPROVEN')
    log.append('certificate-revoked', { fingerprint: 'ee' })
    const { head: last } = parseSignedHead(log.head())
    expect(codeOf(() => requireLogged(log.receipt('ee'), last, 'ee'))).toBe('ERR_LOG_UNPROVEN')
  })
})

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Secret, sha256 } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { KeyProtection } from './key-protection.ts'
import { protectionRecordFile, readProtectionRecord } from './protection-record.ts'

const derive = promisify(scrypt) as (
  passphrase: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>

// RFC 7914 §2, OWASP: 2^16 × 8 takes 64 MiB and about 0.2 s, once per start.
const COST = 2 ** 16
const BLOCK_SIZE = 8
const MIN_PASSPHRASE = 8

const kekOf = (
  passphrase: string,
  salt: Buffer,
  cost: number,
  blockSize: number,
): Promise<Buffer> =>
  derive(passphrase, salt, 32, { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize })

/** The key-encryption key comes from a passphrase that `ask` gives; ERR_PASSPHRASE_WRONG. */
export const passphraseProtection = (
  ask: () => Promise<Secret<string>>,
  uid: number,
): KeyProtection => ({
  prepare: async (paths) => {
    const passphrase = (await ask()).reveal()
    if (passphrase.length < MIN_PASSPHRASE)
      throw new EasycertsError(
        'ERR_PASSPHRASE_WRONG',
        `the passphrase is shorter than ${MIN_PASSPHRASE} characters`,
        { hint: 'choose a longer one' },
      )
    const salt = randomBytes(16)
    const kek = await kekOf(passphrase, salt, COST, BLOCK_SIZE)
    const record = protectionRecordFile(paths, {
      method: 'passphrase',
      cost: COST,
      blockSize: BLOCK_SIZE,
      salt: salt.toString('hex'),
      check: sha256(kek).toString('hex'),
    })
    return { secret: kek.toString('hex'), files: [record] }
  },
  open: async (paths) => {
    const record = readProtectionRecord(paths, uid)
    if (record.method !== 'passphrase') throw new TypeError('not protected by a passphrase')
    const kek = await kekOf(
      (await ask()).reveal(),
      Buffer.from(record.salt, 'hex'),
      record.cost,
      record.blockSize,
    )
    if (!timingSafeEqual(sha256(kek), Buffer.from(record.check, 'hex')))
      throw new EasycertsError('ERR_PASSPHRASE_WRONG', 'the passphrase does not open the keys')
    return kek.toString('hex')
  },
})

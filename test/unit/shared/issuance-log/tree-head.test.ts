import { verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  formatTreeHead,
  parseSignedHead,
  parseTreeHead,
  signTreeHead,
  type TreeHead,
  verifySignedHead,
} from '@easycerts/shared/issuance-log'
import { generateSigningKey } from '@easycerts/shared/key'
import { hashLeaf } from '@easycerts/shared/merkle-log'
import { codeOf } from '../../../support/to-throw-code.ts'

const HEAD: TreeHead = {
  storeId: '0123456789abcdef'.repeat(2),
  epoch: 3,
  size: 1234,
  root: hashLeaf(Buffer.from('x')),
  time: '2030-01-01T00:00:00.000Z',
}
const key = await generateSigningKey('ed25519')
const { spki, keyObject } = key.publicKey
const signed = signTreeHead(HEAD, key)

describe('a head of the log', () => {
  it('is the text of a checkpoint, bound to store, epoch, size, root and time', () => {
    expect(formatTreeHead(HEAD)).toBe(
      [
        `easycerts.log/v1/${HEAD.storeId}/3`,
        '1234',
        HEAD.root.toString('base64'),
        'time 2030-01-01T00:00:00.000Z',
        '',
      ].join('\n'),
    )
    expect(parseTreeHead(formatTreeHead(HEAD))).toEqual(HEAD)
  })

  it('is signed as C2SP notes are: over the text up to the empty line', () => {
    const [body = '', line = ''] = signed.split('\n\n')
    const [dash, name, base64 = ''] = line.trim().split(' ')
    expect([dash, name]).toEqual(['—', `easycerts.log/v1/${HEAD.storeId}/3`])
    const signature = Buffer.from(base64, 'base64').subarray(4)
    expect(verify(null, Buffer.from(`${body}\n`), keyObject, signature)).toBe(true)
    expect(verifySignedHead(signed, spki)).toEqual({ head: HEAD, text: signed })
  })

  it('of another key, or with any field changed, is refused', async () => {
    const other = await generateSigningKey('ed25519')
    expect(codeOf(() => verifySignedHead(signed, other.publicKey.spki))).toBe(
      'ERR_LOG_INCONSISTENT',
    )
    for (const changed of [
      { ...HEAD, size: 1235 },
      { ...HEAD, epoch: 4 },
      { ...HEAD, storeId: 'f'.repeat(32) },
      { ...HEAD, root: hashLeaf(Buffer.from('y')) },
      { ...HEAD, time: '2030-01-01T00:00:00.001Z' },
    ]) {
      const forged = formatTreeHead(changed) + signed.slice(formatTreeHead(HEAD).length)
      expect(codeOf(() => verifySignedHead(forged, spki))).toBe('ERR_LOG_INCONSISTENT')
    }
  })

  it.each([
    ['nothing', ''],
    ['a size with a leading zero', signed.replace('\n1234\n', '\n01234\n')],
    ['a size beyond 2^53', signed.replace('\n1234\n', '\n9999999999999999\n')],
    ['a line more', signed.replace('\n\n', '\nmore\n\n')],
    ['a line less', signed.replace(/time .*\n/, '')],
    ['another line end', signed.replaceAll('\n', '\r\n')],
    ['a signature more', signed + (signed.split('\n\n')[1] ?? '')],
    ['no signature', signed.split('\n\n')[0] ?? ''],
    ['a short signature', signed.replace(/.{8}\n$/, '\n')],
    ['something after it', `${signed}x`],
    ['a time without milliseconds', signed.replace('00.000Z', '00Z')],
    ['too much of everything', signed + 'x'.repeat(2000)],
  ])('with %s is not read', (_, text) => {
    expect(codeOf(() => parseSignedHead(text))).toBe('ERR_LOG_MALFORMED')
  })

  it('is signed with no key but Ed25519', async () => {
    const ecdsa = await generateSigningKey('ecdsa-p256')
    expect(() => signTreeHead(HEAD, ecdsa)).toThrow(TypeError)
    expect(codeOf(() => verifySignedHead(signed, ecdsa.publicKey.spki))).toBe(
      'ERR_LOG_INCONSISTENT',
    )
  })
})

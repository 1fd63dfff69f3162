import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  generateSigningKey,
  KEY_ALGORITHMS,
  parsePublicKey,
  parseSigningKey,
  pinOfSpki,
} from '@easycerts/shared/key'
import { codeOf } from '../../../support/to-throw-code.ts'
import { UNACCEPTABLE_KEYS } from '../../../support/unacceptable-keys.ts'

describe('parsePublicKey', () => {
  it.each(KEY_ALGORITHMS.filter((name) => name !== 'rsa-4096'))('accepts %s', async (algorithm) => {
    const { publicKey } = await generateSigningKey(algorithm)
    const parsed = parsePublicKey(publicKey.spki)
    expect([parsed.algorithm, parsed.pin]).toEqual([algorithm, pinOfSpki(publicKey.spki)])
  })

  it.each(UNACCEPTABLE_KEYS)('refuses %s', (_, make) => {
    expect(codeOf(() => parsePublicKey(make()))).toBe('ERR_CSR_KEY_REJECTED')
  })
})

describe('pinOfSpki', () => {
  it("is kubeadm's discovery hash", () => {
    const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
    const spki = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: pem })
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-r'], {
      input: spki,
      encoding: 'utf8',
    })
    expect(pinOfSpki(spki)).toBe(hash.split(' ')[0])
  })
})

describe('parseSigningKey', () => {
  it('reads what exportPem wrote, and signs with the same key', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    expect(parseSigningKey(key.exportPem().reveal()).publicKey.pin).toBe(key.publicKey.pin)
  })

  const encrypted = () =>
    generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'right',
    }) as string

  it('opens an encrypted key with its passphrase', () => {
    expect(parseSigningKey(encrypted(), 'right').algorithm).toBe('ed25519')
  })

  it.each([
    ['another passphrase', () => parseSigningKey(encrypted(), 'wrong')],
    ['no passphrase', () => parseSigningKey(encrypted())],
    ['a text that is no key', () => parseSigningKey('hunter2')],
  ])('refuses %s and quotes nothing', (_, parse) => {
    expect(codeOf(parse)).toBe('ERR_PEM_MALFORMED')
    expect(parse).toThrow(/^private key cannot be read$/)
  })
})

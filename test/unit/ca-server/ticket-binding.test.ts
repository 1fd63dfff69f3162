import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePem, encodePem, sha256Hex } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { bindingOf } from '../../../apps/ca-server/src/commands/ticket-binding.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const key = await generateSigningKey('ecdsa-p256')
const csr = buildCertificateRequest(key)
const { pin, spki } = key.publicKey

const file = (text: string): string => {
  const path = join(temporaryFolder(), 'file.pem')
  writeFileSync(path, text)
  return path
}

describe('what a ticket is bound to', () => {
  it('is a pin, as node-join prints it or as other tools do', () => {
    for (const text of [pin, `sha256:${pin}`, pin.toUpperCase()])
      expect(bindingOf({ keyPin: text })).toEqual({ keyPin: pin })
  })

  it('is the pin of a public key in a file', () => {
    expect(bindingOf({ publicKey: file(encodePem('PUBLIC KEY', spki)) })).toEqual({ keyPin: pin })
  })

  it('is a request and its key, whatever text stands around it', () => {
    const requestSha256 = sha256Hex(decodePem('CERTIFICATE REQUEST', csr))
    const text = `key sha256:${pin}\nrequest sha256:${requestSha256}\n${csr}`
    expect(bindingOf({ csr: file(text) })).toEqual({ keyPin: pin, requestSha256 })
  })

  it('is nothing by default', () => {
    expect(bindingOf({})).toEqual({})
  })

  it.each([
    ['two of them', () => ({ keyPin: pin, csr: 'x' }), 'ERR_USAGE'],
    ['a pin that is too short', () => ({ keyPin: pin.slice(1) }), 'ERR_USAGE'],
    [
      'a pin in base64',
      () => ({ keyPin: Buffer.from(pin, 'hex').toString('base64') }),
      'ERR_USAGE',
    ],
    ['a file that is not there', () => ({ csr: '/nowhere' }), 'ERR_FILE_UNREADABLE'],
    ['a request as a key', () => ({ publicKey: file(csr) }), 'ERR_PEM_MALFORMED'],
    [
      'a key as a request',
      () => ({ csr: file(encodePem('PUBLIC KEY', spki)) }),
      'ERR_CSR_MALFORMED',
    ],
    ['a private key', () => ({ publicKey: file(key.exportPem().reveal()) }), 'ERR_PEM_MALFORMED'],
    [
      'what is no key',
      () => ({ publicKey: file(encodePem('PUBLIC KEY', Buffer.alloc(40))) }),
      'ERR_CSR_KEY_REJECTED',
    ],
  ])('is never %s', (_title, optionsOf, code) => {
    const options = optionsOf()
    expect(codeOf(() => bindingOf(options))).toBe(code)
  })
})

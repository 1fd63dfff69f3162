import { describe, expect, it } from 'vitest'
import { formatCertificateId, parseCertificateId } from '@easycerts/shared/renewal'
import { parseCertificate } from '@easycerts/shared/x509'
import { handMadeCertificate } from '../../../support/hand-made-der.ts'

describe('the id of a certificate', () => {
  it('is read as RFC 9773 writes it', () => {
    // The example of RFC 9773 §4.1.
    const id = parseCertificateId('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
    expect(id?.issuerKeyIdentifier.toString('hex')).toBe('69885b6b87464041e1b37b847ba0ae2cde01c8d4')
    expect(id?.serialNumber).toBe('87654321')
  })

  it.each([
    '',
    'aYhba4dGQEHhs3uEe6CuLN4ByNQ',
    'aYhba4dGQEHhs3uEe6CuLN4ByNQ.',
    '.AIdlQyE',
    'short.AIdlQyE',
    'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE.AA',
    'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AId/QyE',
    `aYhba4dGQEHhs3uEe6CuLN4ByNQ.${'A'.repeat(100)}`,
  ])('is not read from %j', (text) => {
    expect(parseCertificateId(text)).toBeUndefined()
  })

  it('is missing for a certificate that does not say which key signed it', () => {
    expect(formatCertificateId(parseCertificate(handMadeCertificate({})))).toBeUndefined()
  })
})

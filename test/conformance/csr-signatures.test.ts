import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import { describeWith } from '../support/needed-tool.ts'
import { openssl } from '../support/openssl.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const RSA = ['-newkey', 'rsa:2048']
const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const P384 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']
const PSS = ['-sigopt', 'rsa_padding_mode:pss']

const requestOf = (args: readonly string[]): string => {
  const folder = temporaryFolder()
  const file = join(folder, 'request.pem')
  const { exitCode, stderr } = openssl([
    ...['req', '-new', '-nodes', '-subj', '/', '-keyout', join(folder, 'key.pem')],
    ...[...args, '-out', file],
  ])
  expect(exitCode, stderr).toBe(0)
  return readFileSync(file, 'utf8')
}

/** 'accepted', or what the refusal says. */
const outcomeOf = (request: string): string => {
  try {
    parseCertificateRequest(request)
    return 'accepted'
  } catch (error) {
    if (isEasycertsError(error)) return `${error.code}: ${error.message}`
    throw error
  }
}

describeWith('openssl', 'a request that openssl signed', () => {
  it.each([
    ['RSA with SHA-256', [...RSA, '-sha256']],
    ['RSA with SHA-384', [...RSA, '-sha384']],
    ['RSA with SHA-512', [...RSA, '-sha512']],
    ['RSA-PSS with SHA-256 and the longest salt', [...RSA, '-sha256', ...PSS]],
    [
      'RSA-PSS with SHA-512 and a salt as long',
      [...RSA, '-sha512', ...PSS, '-sigopt', 'rsa_pss_saltlen:-1'],
    ],
    ['P-256 with SHA-256', [...P256, '-sha256']],
    ['P-256 with SHA-384', [...P256, '-sha384']],
    ['P-256 with SHA-512', [...P256, '-sha512']],
    ['P-384 with SHA-256', [...P384, '-sha256']],
    ['P-384 with SHA-384', [...P384, '-sha384']],
    ['P-384 with SHA-512', [...P384, '-sha512']],
    ['Ed25519', ['-newkey', 'ed25519']],
  ])('is accepted: %s', (_, args) => {
    expect(outcomeOf(requestOf(args))).toBe('accepted')
  })

  it.each([
    ['SHA-1 with RSA', [...RSA, '-sha1']],
    ['MD5 with RSA', [...RSA, '-md5']],
    ['SHA-224 with RSA', [...RSA, '-sha224']],
    ['ECDSA with SHA-1', [...P256, '-sha1']],
    ['ECDSA with SHA-224', [...P256, '-sha224']],
    ['rsassaPss', [...RSA, '-sha1', ...PSS]],
    ['2.16.840.1.101.3.4.3.14', [...RSA, '-sha3-256']],
  ])('is refused by the name of its algorithm: %s', (name, args) => {
    expect(outcomeOf(requestOf(args))).toBe(
      `ERR_CSR_ALGORITHM_REJECTED: certificate request is signed with ${name}`,
    )
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  contextPrimitive,
  OID,
  sequence,
  smallInteger,
  TRUE,
} from '@easycerts/shared/asn1'
import { parseHost } from '@easycerts/shared/cluster'
import { checkRequest, type Grant } from '@easycerts/shared/issuance'
import { type ExportableKey, generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import {
  buildCertificateRequestWith,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeGeneralName,
  encodeKeyUsage,
  type Extension,
  parseCertificateRequest,
  type Subject,
} from '@easycerts/shared/x509'
import { sampleTbs } from '../../../support/sample-issuance.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const NOBODY: Subject = { commonName: '', organizations: [] }
const KUBELET: Subject = {
  commonName: 'system:node:master-1',
  organizations: ['system:nodes'],
}

let key: ExportableKey
let serving: Grant
let client: Grant
beforeAll(async () => {
  key = await generateSigningKey('ecdsa-p256')
  serving = (await sampleTbs('kubelet-serving')).grant
  client = (await sampleTbs('kubelet-client')).grant
})

const check = (grant: Grant, subject: Subject, extensions: readonly Extension[] = []) => {
  const pem = buildCertificateRequestWith(key, subject, extensions.map(encodeExtension))
  checkRequest(parseCertificateRequest(pem), grant)
}
const named = (...names: readonly Buffer[]): Extension => ({
  oid: OID.subjectAltName,
  critical: false,
  value: sequence(...names),
})
const hosts = (...texts: readonly string[]) =>
  named(...texts.map((text) => encodeGeneralName(parseHost(text))))

describe('checkRequest', () => {
  it('lets a request ask for nothing', () => {
    expect(() => check(serving, NOBODY)).not.toThrow()
  })

  it('lets a request name the subject that it gets anyway', () => {
    expect(() => check(serving, KUBELET)).not.toThrow()
  })

  it.each<readonly [string, Subject]>([
    ['another node', { ...KUBELET, commonName: 'system:node:worker-1' }],
    ['its own name in another case', { ...KUBELET, commonName: 'system:node:Master-1' }],
    ['one more group', { ...KUBELET, organizations: ['system:nodes', 'system:masters'] }],
    ['no group', { ...KUBELET, organizations: [] }],
    ['a component', { commonName: 'system:kube-scheduler', organizations: [] }],
    ['a group and no name', { commonName: '', organizations: ['system:masters'] }],
  ])('refuses a subject of %s', (_, subject) => {
    expect(codeOf(() => check(serving, subject))).toBe('ERR_SUBJECT_NOT_PERMITTED')
  })

  it('lets a request ask for some of the names that it gets anyway', () => {
    expect(() => check(serving, NOBODY, [hosts('master-1', '2001:db8::11')])).not.toThrow()
    expect(() => check(serving, NOBODY, [hosts()])).not.toThrow()
  })

  it.each([
    ['another node', () => hosts('worker-1')],
    ['one foreign name among its own', () => hosts('master-1', 'api.lab.example')],
    ['a foreign address', () => hosts('192.0.2.1')],
    ['a wildcard', () => named(contextPrimitive(2, Buffer.from('*.lab.example')))],
    ['its own name in another case', () => named(contextPrimitive(2, Buffer.from('Master-1')))],
    [
      'a name that ends in a zero octet',
      () => named(contextPrimitive(2, Buffer.from('master-1\0'))),
    ],
    ['its address as a DNS name', () => named(contextPrimitive(2, Buffer.from('192.0.2.11')))],
    ['an e-mail address', () => named(contextPrimitive(1, Buffer.from('a@lab.example')))],
    [
      'the identity of a node',
      () => named(contextPrimitive(6, Buffer.from('easycerts://lab/node/a'))),
    ],
  ])('refuses a name of %s', (_, make) => {
    expect(codeOf(() => check(serving, NOBODY, [make()]))).toBe('ERR_SAN_NOT_PERMITTED')
  })

  it('refuses any name where the profile has none', () => {
    expect(codeOf(() => check(client, NOBODY, [hosts('master-1')]))).toBe('ERR_SAN_NOT_PERMITTED')
  })

  it.each<readonly [string, Extension]>([
    [
      'to be a CA',
      { oid: OID.basicConstraints, critical: true, value: sequence(TRUE, smallInteger(0)) },
    ],
    ['not to be a CA', { oid: OID.basicConstraints, critical: true, value: sequence() }],
    [
      'to sign certificates',
      { oid: OID.keyUsage, critical: true, value: encodeKeyUsage(['keyCertSign']) },
    ],
    [
      'for the key usage that it gets anyway',
      { oid: OID.keyUsage, critical: true, value: encodeKeyUsage(['digitalSignature']) },
    ],
    [
      'for another purpose',
      { oid: OID.extKeyUsage, critical: false, value: encodeExtendedKeyUsage(['serverAuth']) },
    ],
    ['for what nobody knows', { oid: '1.2.3.4', critical: false, value: bitString(Buffer.of(1)) }],
  ])('refuses to be asked %s', (_, extension) => {
    expect(codeOf(() => check(serving, NOBODY, [extension]))).toBe('ERR_EXTENSION_NOT_PERMITTED')
  })

  it('refuses an unknown extension beside names that are permitted', () => {
    const unknown = { oid: '1.2.3.4', critical: false, value: sequence() }
    expect(codeOf(() => check(serving, NOBODY, [hosts('master-1'), unknown]))).toBe(
      'ERR_EXTENSION_NOT_PERMITTED',
    )
  })
})

describe('the keys of a profile', () => {
  const grantFor = (keyAlgorithms: readonly KeyAlgorithm[]): Grant => ({
    ...client,
    profile: { ...client.profile, keyAlgorithms },
  })
  const request = () => parseCertificateRequest(buildCertificateRequestWith(key, NOBODY, []))

  it('are those that it lists', () => {
    expect(() => checkRequest(request(), grantFor(['ed25519', 'ecdsa-p256']))).not.toThrow()
    expect(codeOf(() => checkRequest(request(), grantFor(['ed25519', 'rsa-2048'])))).toBe(
      'ERR_CSR_KEY_REJECTED',
    )
  })
})

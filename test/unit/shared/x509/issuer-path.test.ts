import { beforeAll, describe, expect, it } from 'vitest'
import { OID, sequence } from '@easycerts/shared/asn1'
import { addDuration, days, hours } from '@easycerts/shared/time'
import { findIssuerPath, parseCertificateChain, certificateChainPem } from '@easycerts/shared/x509'
import {
  type Forged,
  forgeCa,
  forgeCertificate,
  type Forgery,
} from '../../../support/join/forge-certificate.ts'
import { NOW } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const DATES = { from: addDuration(NOW, hours(-1)), until: addDuration(NOW, days(1)) }
const makeCa = (commonName: string, more: Partial<Forgery> = {}) =>
  forgeCa(commonName, { ...DATES, ...more })

let root: Forged
let policy: Forged
let issuer: Forged
beforeAll(async () => {
  root = await makeCa('root')
  policy = await makeCa('policy', { issuer: root, pathLength: 1 })
  issuer = await makeCa('issuer', { issuer: policy, pathLength: 0 })
})

const find = (leafmost: Forged, pool: readonly Forged[], now = NOW) =>
  findIssuerPath(
    leafmost.certificate,
    pool.map(({ certificate }) => certificate),
    now,
  )
const refusal = (leafmost: Forged, pool: readonly Forged[], now = NOW) =>
  codeOf(() => find(leafmost, pool, now))

describe('the path above an issuer', () => {
  it('is empty for a root', () => {
    expect(find(root, [])).toEqual([])
  })

  it('is found up to the root, in whatever order its certificates came', () => {
    const above = [policy.certificate, root.certificate]
    expect(find(issuer, [root, issuer, policy])).toEqual(above)
    expect(find(issuer, [policy, root, policy])).toEqual(above)
  })

  it.each([
    ['a missing root', () => [policy]],
    ['a missing link', () => [root]],
    ['nobody', () => []],
  ])('is refused with %s', (_title, pool) => {
    expect(refusal(issuer, pool())).toBe('ERR_ISSUER_NOT_ACCEPTED')
  })

  it('does not go through a CA of the same name with another key', async () => {
    const impostor = await makeCa('policy', { issuer: root, pathLength: 1 })
    expect(refusal(issuer, [impostor, root])).toBe('ERR_ISSUER_NOT_ACCEPTED')
    expect(find(issuer, [impostor, policy, root])).toHaveLength(2)
  })

  it('ends, where CAs certify each other', async () => {
    const one = await makeCa('one')
    const two = await makeCa('two', { issuer: one })
    const oneByTwo = await makeCa('one', { issuer: two, key: one.key })
    const leafmost = await makeCa('leafmost', { issuer: two })
    expect(refusal(leafmost, [two, oneByTwo])).toBe('ERR_ISSUER_NOT_ACCEPTED')
  })

  it.each<[string, Partial<Forgery>]>([
    ['is no CA', { isCa: false }],
    ['may not sign certificates', { keyUsages: ['digitalSignature', 'cRLSign'] }],
    ['allows no CA below it', { pathLength: 0 }],
    ['has ended', { until: addDuration(NOW, hours(-1)), from: addDuration(NOW, days(-1)) }],
    ['has not begun', { from: addDuration(NOW, hours(1)) }],
    [
      'has a critical extension that nobody knows',
      { extensions: [{ oid: '1.2.3.4', critical: true, value: sequence() }] },
    ],
    [
      'has name constraints that cannot be read',
      { extensions: [{ oid: OID.nameConstraints, critical: true, value: Buffer.of(5, 0) }] },
    ],
  ])('is refused through a CA that %s', async (_title, fault) => {
    const faulty = await makeCa('policy', { issuer: root, key: policy.key, ...fault })
    const code = refusal(issuer, [faulty, root])
    expect(['ERR_ISSUER_NOT_ACCEPTED', 'ERR_DER_MALFORMED']).toContain(code)
  })

  it('is refused where a signature is of another key', async () => {
    const stranger = await forgeCertificate({
      commonName: 'issuer',
      isCa: true,
      issuer: await makeCa('stranger'),
      claimedIssuer: policy,
      ...DATES,
    })
    expect(refusal(stranger, [policy, root])).toBe('ERR_ISSUER_NOT_ACCEPTED')
  })
})

describe('a chain as PEM', () => {
  it('is read in its order', () => {
    const pem = certificateChainPem([issuer.certificate, policy.certificate])
    expect(parseCertificateChain(pem).map(({ fingerprint }) => fingerprint)).toEqual([
      issuer.certificate.fingerprint,
      policy.certificate.fingerprint,
    ])
  })

  it.each([
    ['nothing', () => ''],
    ['a key', () => issuer.key.exportPem().reveal()],
    ['more than anybody needs', () => issuer.pem.repeat(9)],
  ])('is refused if it holds %s', (_title, text) => {
    expect(codeOf(() => parseCertificateChain(text()))).toBe('ERR_PEM_MALFORMED')
  })
})

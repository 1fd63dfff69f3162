import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey, type SigningKey } from '@easycerts/shared/key'
import {
  bundlesOfTrust,
  cleanBundle,
  listsServiceAccountKey,
  serviceAccountBundle,
  TRUST_STATES,
} from '@easycerts/shared/trust'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Forged, forgeCa } from '../../../support/join/forge-certificate.ts'
import { codeOf } from '../../../support/to-throw-code.ts'
import { firstDocument, issuerEntry } from '../../../support/trust/test-trust.ts'

const pemOf = (key: SigningKey): string => encodePem('PUBLIC KEY', key.publicKey.spki)

let cas: Forged[]
let trustKey: SigningKey
let masters: string[]
beforeAll(async () => {
  cas = await Promise.all(TRUST_STATES.map((state) => forgeCa(state)))
  trustKey = await generateSigningKey('ed25519')
  masters = await Promise.all([1, 2].map(async () => pemOf(await generateSigningKey('ecdsa-p256'))))
})

const withPurposes = (purposes: object) => {
  const document = firstDocument(trustKey, cas[0] as Forged)
  return { ...document, purposes: { ...document.purposes, ...purposes } }
}

const keyOf = (master: number, state: 'distributed' | 'distrusted' = 'distributed') => ({
  id: `master-${master}`,
  publicKey: masters[master] ?? '',
  state,
})

describe('bundlesOfTrust', () => {
  it('holds what nodes are to trust now, and nothing that is only prepared or out of use', () => {
    const entries = TRUST_STATES.map((state, index) =>
      issuerEntry(state, cas[index] as Forged, state),
    )
    const { 'client-ca': bundle } = bundlesOfTrust(withPurposes({ 'client-ca': entries }))
    const held = TRUST_STATES.filter((_, index) => bundle.includes(cas[index]?.pem ?? '?'))
    expect(held).toEqual(['distributed', 'active', 'retiring'])
  })

  it('says nothing of purposes that it does not know', () => {
    const bundles = bundlesOfTrust(withPurposes({ 'image-signing': [] }))
    expect(Object.keys(bundles)).not.toContain('image-signing')
  })
})

describe('serviceAccountBundle', () => {
  it('holds the keys of all masters, so that each accepts the tokens of the others', () => {
    const document = withPurposes({ 'service-account': [keyOf(0), keyOf(1)] })
    expect(serviceAccountBundle(document, masters[0] ?? '')).toBe(masters.join(''))
  })

  it('holds this master’s own until the document lists it', () => {
    const document = withPurposes({ 'service-account': [keyOf(1)] })
    expect(serviceAccountBundle(document, masters[0] ?? '')).toBe(masters.join(''))
    expect(serviceAccountBundle(undefined, masters[0] ?? '')).toBe(masters[0])
  })

  it('leaves a distrusted key out, be it this master’s own', () => {
    const document = withPurposes({ 'service-account': [keyOf(0, 'distrusted'), keyOf(1)] })
    expect(listsServiceAccountKey(document, masters[0] ?? '')).toBe(true)
    expect(serviceAccountBundle(document, masters[0] ?? '')).toBe(masters[1])
  })
})

describe('cleanBundle', () => {
  it('writes certificates and keys anew, without the text beside them', () => {
    const { pem } = cas[0] as Forged
    expect(cleanBundle('client-ca', `# evil\n${pem}and more`)).toBe(pem)
    expect(cleanBundle('service-account', `x ${masters[0]} y`)).toBe(masters[0])
  })

  it.each([
    ['client-ca', ''],
    ['service-account', ''],
    ['client-ca', 'no PEM'],
    ['client-ca', '-----BEGIN CERTIFICATE-----\nAAAA'],
  ] as const)('refuses for %s what is no bundle: "%s"', (purpose, pem) => {
    expect(codeOf(() => cleanBundle(purpose, pem))).toBe('ERR_CA_REPLY_INVALID')
  })

  it('refuses a key among CAs and a CA among keys', () => {
    const { pem } = cas[0] as Forged
    expect(() => cleanBundle('client-ca', pem + (masters[0] ?? ''))).toThrow()
    expect(() => cleanBundle('service-account', pem)).toThrow()
  })
})

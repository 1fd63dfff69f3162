import { describe, expect, it } from 'vitest'
import { OID } from '@easycerts/shared/asn1'
import { revocationExtensionsOf, revocationPointersOf } from '@easycerts/shared/issuance'
import { REVOCATION_POLICIES, type RevocationPolicy } from '@easycerts/shared/profile'
import { days, type Duration, hours } from '@easycerts/shared/time'
import { builtInProfile } from '../../../support/test-issuers.ts'

const URL = 'http://ca.example:7480'
const POINTERS = revocationPointersOf(URL, 'cluster-g1')
const NOWHERE = revocationPointersOf(undefined, 'cluster-g1')
const PROFILE = builtInProfile('kubelet-client')

const extensionsOf = (
  revocation: RevocationPolicy | undefined,
  life: Duration = days(30),
  pointers = POINTERS,
) =>
  revocationExtensionsOf(
    revocation === undefined ? PROFILE : { ...PROFILE, revocation },
    life,
    pointers,
  )

const textOf = (extensions: ReturnType<typeof extensionsOf>) =>
  Buffer.concat(extensions.map(({ value }) => value)).toString('latin1')

describe('what a certificate says of its revocation', () => {
  it.each([
    ['crl', [OID.cRLDistributionPoints, OID.authorityInfoAccess]],
    ['ocsp', [OID.authorityInfoAccess]],
    ['crl-and-ocsp', [OID.cRLDistributionPoints, OID.authorityInfoAccess]],
    ['no-rev-avail', [OID.noRevAvail]],
    ['none', []],
  ] as const)('is by the policy %s: %j', (policy, oids) => {
    expect(extensionsOf(policy).map(({ oid }) => oid)).toEqual(oids)
  })

  it('is never critical, and names the issuer in every address', () => {
    for (const policy of REVOCATION_POLICIES) {
      const extensions = extensionsOf(policy)
      expect(extensions.some(({ critical }) => critical)).toBe(false)
      const text = textOf(extensions)
      const own = text.match(/http:\/\/ca\.example:7480\/(crl|ocsp|issuer)\/cluster-g1/g)
      expect(own?.length).toBe(text.match(/http:/g)?.length)
    }
    expect(textOf(extensionsOf('crl-and-ocsp'))).toContain(`${URL}/ocsp/cluster-g1`)
  })

  it('never is noRevAvail together with a CRL or OCSP (RFC 9608 §2)', () => {
    for (const policy of REVOCATION_POLICIES)
      for (const life of [hours(1), days(30)]) {
        const extensions = extensionsOf(policy, life)
        const isSilent = extensions.some(({ oid }) => oid === OID.noRevAvail)
        expect(isSilent && extensions.length > 1).toBe(false)
      }
  })

  it.each([
    [hours(24), OID.noRevAvail],
    [hours(25), OID.cRLDistributionPoints],
  ])('depends on the life where the profile has no policy', (life, oid) => {
    expect(extensionsOf(undefined, life)[0]?.oid).toBe(oid)
  })

  it('is nothing where there is nothing to point to', () => {
    expect(extensionsOf('crl-and-ocsp', days(30), NOWHERE)).toEqual([])
    expect(extensionsOf('no-rev-avail', days(30), NOWHERE)).toHaveLength(1)
  })

  it.each(['node-identity', 'ca-server'])('is nothing for %s: the records decide', (name) => {
    expect(revocationExtensionsOf(builtInProfile(name), days(30), POINTERS)).toEqual([])
  })

  it('is "no check" for a signer of OCSP answers', () => {
    const [only, other] = revocationExtensionsOf(
      builtInProfile('ocsp-signer-etcd'),
      hours(48),
      POINTERS,
    )
    expect(only?.oid).toBe(OID.ocspNoCheck)
    expect(other).toBeUndefined()
  })
})

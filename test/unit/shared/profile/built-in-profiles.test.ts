import { describe, expect, it } from 'vitest'
import { authorize, buildTbs } from '@easycerts/shared/issuance'
import { NODE_CERTIFICATES } from '@easycerts/shared/layout'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { days, hours } from '@easycerts/shared/time'
import { EXPECTED_CERTIFICATES } from '../../../support/expected-certificates.ts'
import { factsOf, requesterFor } from '../../../support/requesters.ts'
import { openSslNames } from '../../../support/openssl-names.ts'
import { issuerFacts, samplePublicKey, SERIAL_NUMBER } from '../../../support/sample-issuance.ts'
import { NOW } from '../../../support/sample-cluster.ts'

const profileOf = (name: string) => BUILT_IN_PROFILES.find((profile) => profile.name === name)!

describe('BUILT_IN_PROFILES', () => {
  it('are those of the table, each once', () => {
    const names = BUILT_IN_PROFILES.map(({ name }) => name)
    expect(names).toEqual(EXPECTED_CERTIFICATES.map(({ profile }) => profile))
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(EXPECTED_CERTIFICATES)('$profile gives what Kubernetes asks for', async (expected) => {
    const profile = profileOf(expected.profile)
    const grant = authorize(requesterFor(profile.name), profile, factsOf(), profile.life)
    const tbs = buildTbs(grant, await samplePublicKey('rsa-2048'), issuerFacts(profile.issuer), {
      serialNumber: SERIAL_NUMBER,
      now: NOW,
    })
    expect({
      issuer: profile.issuer,
      roles: profile.roles,
      ...tbs.subject,
      purposes: tbs.extendedKeyUsage,
      names: openSslNames(tbs.names),
      keyUsage: tbs.keyUsage,
    }).toEqual({
      issuer: expected.issuer,
      roles: expected.roles,
      commonName: expected.commonName,
      organizations: expected.organizations,
      purposes: expected.purposes,
      names: expected.names,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
    })
  })

  it('live 30 days, and 8 hours in the hands of a person', () => {
    const lives = BUILT_IN_PROFILES.filter(({ life }) => life !== days(30))
    expect(lives.map(({ name, life }) => [name, life])).toEqual([
      ['kubernetes-admin', hours(8)],
      ['super-admin', hours(8)],
      ['ocsp-signer-cluster', hours(48)],
      ['ocsp-signer-etcd', hours(48)],
      ['ocsp-signer-front-proxy', hours(48)],
      ['ocsp-signer-enrolment', hours(48)],
      ['trust-key', days(365)],
      ['operator', hours(12)],
      ['admin', hours(8)],
    ])
  })

  it('give system:masters by name to the operator and to a master with --cluster-admin', () => {
    const masters = BUILT_IN_PROFILES.filter(({ organizations }) =>
      organizations.includes('system:masters'),
    )
    expect(masters.map(({ name, clusterAdmin }) => [name, clusterAdmin])).toEqual([
      ['cluster-admin', true],
      ['super-admin', undefined],
    ])
  })

  it('are written on the disk of exactly the roles that may ask for them', () => {
    const onDisk = NODE_CERTIFICATES.map(({ profile, roles }) => [profile, [...roles]])
    const asked = BUILT_IN_PROFILES.filter(({ roles }) => roles.length > 0)
    expect(Object.fromEntries(onDisk)).toEqual(
      Object.fromEntries(asked.map(({ name, roles }) => [name, [...roles]])),
    )
  })
})

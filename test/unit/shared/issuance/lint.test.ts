import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type IssuerFacts, lint, LINT_RULES } from '@easycerts/shared/issuance'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { addDuration, days } from '@easycerts/shared/time'
import type { SerialNumber, TbsCertificate } from '@easycerts/shared/x509'
import { NOW } from '../../../support/sample-cluster.ts'
import { issuerFacts, samplePublicKey, sampleTbs } from '../../../support/sample-issuance.ts'

type Spoil = (tbs: TbsCertificate) => Partial<TbsCertificate>
const serial =
  (text: string): Spoil =>
  () => ({ serialNumber: text as SerialNumber })
const named =
  (commonName: string, ...organizations: readonly string[]): Spoil =>
  () => ({
    subject: { commonName, organizations },
  })

/** A rule, a profile, and what is changed in a good certificate so that this rule alone breaks first. */
const cases: readonly (readonly [string, string, string, Spoil])[] = [
  ['serial-number-size', 'of 7 octets', 'kubelet-client', serial('01'.repeat(7))],
  ['serial-number-size', 'of 21 octets', 'kubelet-client', serial('01'.repeat(21))],
  ['serial-number-size', 'that is negative', 'kubelet-client', serial('80'.repeat(17))],
  ['serial-number-size', 'that is zero', 'kubelet-client', serial('00')],
  [
    'validity-order',
    'that ends as it begins',
    'kubelet-client',
    () => ({ validity: { notBefore: NOW, notAfter: NOW } }),
  ],
  [
    'validity-inside-issuer',
    'that outlives its issuer',
    'kubelet-client',
    () => ({ validity: { notBefore: NOW, notAfter: addDuration(NOW, days(3651)) } }),
  ],
  ['common-name-size', 'without a common name', 'flannel-client', named('')],
  ['common-name-size', 'of a name too long', 'flannel-client', named('a'.repeat(65))],
  ['organization-size', 'of an empty group', 'flannel-client', named('a', '')],
  ['organization-size', 'of a group too long', 'flannel-client', named('a', 'b'.repeat(65))],
  ['subject-printable', 'of a line end', 'flannel-client', named('a\nb')],
  ['subject-printable', 'of a letter beyond ASCII', 'flannel-client', named('a', 'käse')],
  [
    'masters-only-for-admins',
    'for a scheduler',
    'kube-scheduler-client',
    named('a', 'system:masters'),
  ],
  ['masters-only-for-admins', 'for an identity', 'node-identity', named('a', 'system:masters')],
  [
    'node-group-only-for-nodes',
    'in the group of nodes',
    'flannel-client',
    named('a', 'system:nodes'),
  ],
  ['node-group-only-for-nodes', 'that poses as a node', 'admin', named('system:node:worker-1')],
  [
    'node-name-lower-case',
    'of an upper-case node',
    'kubelet-client',
    named('system:node:Master-1', 'system:nodes'),
  ],
  ['server-has-names', 'without names', 'kubelet-serving', () => ({ names: [] })],
  [
    'server-has-names',
    'with nothing that a client could dial',
    'etcd-peer',
    () => ({ names: [{ kind: 'uri', value: 'easycerts://lab/node/a' }] }),
  ],
  [
    'kubelet-client-has-no-names',
    'with a name',
    'kubelet-client',
    () => ({ names: [{ kind: 'dns', value: 'master-1' }] }),
  ],
  [
    'key-encipherment-only-for-rsa',
    'of ECDSA that enciphers',
    'kubelet-client',
    () => ({ keyUsage: ['digitalSignature', 'keyEncipherment'] }),
  ],
]

const brokenRule = async (profile: string, spoil: Spoil, issuer?: IssuerFacts) => {
  const sample = await sampleTbs(profile)
  try {
    lint({ ...sample.tbs, ...spoil(sample.tbs) }, sample.grant, issuer ?? sample.issuer)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_LINT_FAILED') return error.message
    throw error
  }
  return 'none'
}
const nothing: Spoil = () => ({})

describe('lint', () => {
  it.each(BUILT_IN_PROFILES.map(({ name }) => name))('passes what we make of %s', async (name) => {
    for (const algorithm of ['ecdsa-p256', 'rsa-2048', 'ed25519'] as const) {
      const { tbs, grant, issuer } = await sampleTbs(name, algorithm)
      expect(lint(tbs, grant, issuer)).toBe(tbs)
    }
  })

  it.each(cases)('by %s refuses a certificate %s', async (rule, _, profile, spoil) => {
    expect(await brokenRule(profile, spoil)).toContain(` ${rule} `)
  })

  it('by issuer-of-profile refuses an etcd client of the cluster CA', async () => {
    const message = await brokenRule('etcd-server', nothing, issuerFacts('cluster'))
    expect(message).toContain(' issuer-of-profile ')
  })

  it('by key-encipherment-only-for-rsa refuses an RSA key that may not encipher', async () => {
    const publicKey = await samplePublicKey('rsa-2048')
    expect(await brokenRule('kubelet-client', () => ({ publicKey }))).toContain(
      ' key-encipherment-only-for-rsa ',
    )
  })

  it('has a case for every rule', () => {
    const tried = new Set([...cases.map(([rule]) => rule), 'issuer-of-profile'])
    expect(LINT_RULES.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it('says of every rule where it is written down', () => {
    for (const { source } of LINT_RULES) expect(source).toMatch(/^(RFC \d+|Kubernetes)/)
  })
})

import { describe, expect, it } from 'vitest'
import {
  findLintFaults,
  type Grant,
  lint,
  LEGACY_LINT_RULES,
  LINT_RULES,
  type LintInput,
  lintInputOf,
  WAIVED_RULES,
} from '@easycerts/shared/issuance'
import { LINT_LEVELS, ALL_BUILT_IN_PROFILES, BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { encodeTbsCertificate, type SerialNumber } from '@easycerts/shared/x509'
import type { LintSample } from '../../../support/lint-samples/lint-sample.ts'
import { LINT_SAMPLES } from '../../../support/lint-samples/lint-samples.ts'
import { samplePublicKey, sampleTbs } from '../../../support/sample-issuance.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

/** The sample as the rules see it, under the level of its profile or another. */
const inputOf = async (
  { profile, spoil }: Pick<LintSample, 'profile' | 'spoil'>,
  lintLevel?: NonNullable<Grant['profile']['lintLevel']>,
): Promise<LintInput> => {
  const good = await sampleTbs(profile)
  const spoiled = typeof spoil === 'function' ? spoil(good.tbs) : spoil
  const tbs = { ...good.tbs, ...spoiled.tbs }
  const encoding = encodeTbsCertificate(tbs)
  return lintInputOf({
    tbs,
    encoding: spoiled.octets?.(encoding) ?? encoding,
    grant: {
      ...good.grant,
      ...spoiled.grant,
      profile: {
        ...good.grant.profile,
        ...spoiled.profile,
        ...(lintLevel === undefined ? {} : { lintLevel }),
      },
    },
    issuer: { ...good.issuer, ...spoiled.issuer },
  })
}

const brokenBy = async (
  sample: Pick<LintSample, 'profile' | 'spoil'>,
  lintLevel?: Grant['profile']['lintLevel'],
): Promise<string[]> => findLintFaults(await inputOf(sample, lintLevel)).map(({ rule }) => rule)

describe('lint', () => {
  it.each(BUILT_IN_PROFILES.map(({ name }) => name))(
    'passes what we make of %s, and of all but legacy keys at every level',
    async (profile) => {
      for (const algorithm of ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'ed25519'] as const) {
        const { tbs, grant, issuer } = await sampleTbs(profile, algorithm)
        expect(() => lint(tbs, grant, issuer)).not.toThrow()
      }
      for (const level of profile === 'legacy' ? [] : LINT_LEVELS)
        expect(await brokenBy({ profile, spoil: {} }, level)).toEqual([])
    },
  )

  it.each(LINT_SAMPLES)('by $rule alone refuses a certificate $title', async (sample) => {
    expect((await brokenBy(sample)).toSorted()).toEqual(
      [sample.rule, ...(sample.also ?? [])].toSorted(),
    )
  })

  it('by key-usage refuses an RSA key that may not encipher', async () => {
    const publicKey = await samplePublicKey('rsa-2048')
    const sample = { profile: 'kubelet-client', spoil: { tbs: { publicKey } } }
    expect(await brokenBy(sample)).toEqual(['key-usage'])
  })

  it('has a sample for every rule', () => {
    const tried = new Set(LINT_SAMPLES.map(({ rule }) => rule))
    expect(LINT_RULES.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it('gives every rule a name of its own, what it requires and where that is written down', () => {
    expect(new Set(LINT_RULES.map(({ name }) => name)).size).toBe(LINT_RULES.length)
    for (const { source, requires } of LINT_RULES) {
      expect(source).toMatch(/RFC \d+|Kubernetes|CA\/Browser Forum|NIST|decisions/)
      expect(requires).toMatch(/\w/)
    }
  })

  it('says what is wrong, by which rules, and makes nothing that could be signed', async () => {
    const { tbs, grant, issuer } = await sampleTbs('kubelet-client')
    const spoiled = { ...tbs, serialNumber: '00' as SerialNumber }
    expect(codeOf(() => lint(spoiled, grant, issuer))).toBe('ERR_LINT_FAILED')
    expect(() => lint(spoiled, grant, issuer)).toThrow(
      /serial-number-size \(RFC 5280 §4\.1\.2\.2\): serial number is zero, and serial-number-random$/,
    )
  })
})

describe('the level cfssl-compat', () => {
  const waived = Object.keys(WAIVED_RULES['cfssl-compat'])
  const own = LEGACY_LINT_RULES.map(({ name }) => name)

  it('waives the rules of its table and no other', async () => {
    for (const sample of LINT_SAMPLES) {
      const broken = await brokenBy(sample, 'cfssl-compat')
      const expected = [sample.rule, ...(sample.also ?? [])].filter(
        (name) => !waived.includes(name),
      )
      expect([sample.title, broken.toSorted()]).toEqual([sample.title, expected.toSorted()])
    }
  })

  it('never lets anybody into system:masters, nor make a CA, nor sign what was not granted', () => {
    const never = LINT_RULES.map(({ name }) => name).filter((name) =>
      /masters|ca-bits|granted|authority|key|serial|validity|identity/.test(name),
    )
    const replaced = never.filter((name) => {
      const reason = WAIVED_RULES['cfssl-compat'][name] ?? ''
      return own.some((each) => reason.includes(each))
    })
    expect(replaced).toEqual([
      'validity-of-grant',
      'key-usage',
      'extended-key-usage',
      'any-extended-key-usage',
      'as-granted',
    ])
    const others = never.filter((name) => waived.includes(name) && !replaced.includes(name))
    // As random in another form; the level has none of that in its rules.
    expect(others).toEqual(['serial-number-random'])
  })

  it('differs from that of CAs in one rule', () => {
    expect(Object.keys(WAIVED_RULES['cfssl-ca']).filter((name) => !waived.includes(name))).toEqual([
      'no-ca-bits',
    ])
  })

  it('is that of the profile for legacy keys, and of no other', () => {
    const lax = ALL_BUILT_IN_PROFILES.filter(({ lintLevel = 'strict' }) => lintLevel !== 'strict')
    expect(lax.map(({ name, requesters }) => [name, requesters])).toEqual([['legacy', ['legacy']]])
  })
})

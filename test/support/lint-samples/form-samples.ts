import { generalizedTime, sequence } from '@easycerts/shared/asn1'
import { addDuration, days } from '@easycerts/shared/time'
import { NOW } from '../sample-cluster.ts'
import { breakingAlso, type LintSample, sample } from './lint-sample.ts'
import { serial, withField } from './spoil.ts'

export const FORM_SAMPLES: readonly LintSample[] = [
  breakingAlso(
    sample('serial-number-size', 'zero', 'kubelet-client', serial('00')),
    'serial-number-random',
  ),
  breakingAlso(
    sample('serial-number-size', 'of 21 octets', 'kubelet-client', serial('01'.repeat(21))),
    'serial-number-random',
  ),
  breakingAlso(
    sample(
      'serial-number-size',
      'of 20 octets whose first bit is set',
      'kubelet-client',
      serial('80'.repeat(20)),
    ),
    'serial-number-random',
  ),
  sample('serial-number-random', 'of 7 octets', 'kubelet-client', serial('01'.repeat(7))),
  sample(
    'serial-number-random',
    'of 17 octets that do not begin with 1',
    'kubelet-client',
    serial('02'.repeat(17)),
  ),
  sample('validity-order', 'that ends as it begins', 'kubelet-client', {
    tbs: { validity: { notBefore: NOW, notAfter: NOW } },
  }),
  sample('validity-inside-issuer', 'that begins before its issuer', 'kubelet-client', {
    issuer: { notBefore: NOW },
  }),
  sample(
    'validity-inside-issuer',
    'that outlives its issuer by a second',
    'kubelet-client',
    ({ validity }) => ({ issuer: { notAfter: addDuration(validity.notAfter, -1000) } }),
  ),
  sample('validity-of-grant', 'that lives a second too long', 'kubelet-client', {
    grant: { life: (days(30) - 1000) as ReturnType<typeof days> },
  }),
  sample('time-form', 'of GeneralizedTime before 2050', 'kubelet-client', ({ validity }) => ({
    octets: withField(
      'validity',
      sequence(generalizedTime(validity.notBefore), generalizedTime(validity.notAfter)),
    ),
  })),
]

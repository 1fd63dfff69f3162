import { TAG } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

const FIRST_GENERALIZED = new Date('2050-01-01T00:00:00Z')

const tagOf = (time: Date): number =>
  time < FIRST_GENERALIZED ? TAG.UTC_TIME : TAG.GENERALIZED_TIME

export const timeForm = lintRule({
  name: 'time-form',
  requires: 'UTCTime through 2049 and GeneralizedTime from 2050',
  source: 'RFC 5280 §4.1.2.5',
  findFault: ({ read: { validity, timeTags } }) => {
    const times = [validity.notBefore, validity.notAfter]
    return times.every((time, index) => timeTags[index] === tagOf(time))
      ? undefined
      : 'a time has the form of another century'
  },
})

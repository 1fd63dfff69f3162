import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, parseDuration, seconds } from '@easycerts/shared/time'
import * as v from 'valibot'
import type { Lifetimes } from '../../authority/index.ts'
import { checkedBy } from '@easycerts/shared/config'

const MIN_LIFE = seconds(20)

function parseLife(text: string): Duration {
  const duration = parseDuration(text)
  if (duration < MIN_LIFE) throw new EasycertsError('ERR_DURATION_INVALID', 'too short')
  return duration
}

const life = checkedBy(parseLife, 'is not a duration of at least 20s, such as 720h or 30d')

export const lifetimesSection = v.strictObject({
  certificates: life,
  identity: life,
  caServer: life,
})

export const parseLifetimes = (section: v.InferOutput<typeof lifetimesSection>): Lifetimes => ({
  certificates: parseLife(section.certificates),
  identity: parseLife(section.identity),
  caServer: parseLife(section.caServer),
})

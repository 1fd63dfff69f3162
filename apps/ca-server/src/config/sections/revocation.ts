import { isAbsolute } from 'node:path'
import { type Host, urlHost } from '@easycerts/shared/cluster'
import { type Duration, minutes, parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

/** Less, and readers would fetch all the time; more, and a revocation would take too long to be known. */
const [LEAST, MOST] = [minutes(10), parseDuration('10d')]

const parseCrlLife = (text: string): Duration => {
  const life = parseDuration(text)
  if (life < LEAST || life > MOST) throw new RangeError('out of bounds')
  return life
}

const publicUrl = v.pipe(
  v.string(),
  v.regex(/^http:\/\/[^?#@\s]+[^/?#@\s]$/, 'is not an http URL without a slash at its end'),
  v.url(),
)

/** How revocations are told. */
export const revocationSection = v.strictObject({
  /** Where readers find the public listener, if a proxy stands before it; goes into certificates. */
  url: v.optional(publicUrl),
  crlLife: v.optional(
    v.pipe(
      checkedBy(parseCrlLife, 'is not a duration from 10m to 10d, such as 24h'),
      v.transform(parseCrlLife),
    ),
    '24h',
  ),
  /** CRLs are written here as files too, for etcd's --client-crl-file; readable by everybody. */
  directory: v.optional(
    v.pipe(
      v.string(),
      v.check((path) => isAbsolute(path), 'is not an absolute path'),
    ),
  ),
})

export interface RevocationConfig {
  /** Of the public listener, as certificates say it; undefined: they point nowhere. */
  readonly url: string | undefined
  readonly crlLife: Duration
  readonly directory: string | undefined
}

export const revocationConfigOf = (
  { url, crlLife, directory }: v.InferOutput<typeof revocationSection>,
  [first]: readonly Host[],
  publicPort: number,
): RevocationConfig => ({
  url: url ?? (first && publicPort !== 0 ? `http://${urlHost(first)}:${publicPort}` : undefined),
  crlLife,
  directory,
})

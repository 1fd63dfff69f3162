import type { Profile } from '@easycerts/shared/profile'
import { formatDuration } from '@easycerts/shared/time'

const code = (text: string): string => `\`${text}\``

const whoMayAsk = ({ roles, requesters, clusterAdmin }: Profile): string =>
  [
    ...roles.map((role) => `${role}s`),
    ...(clusterAdmin === true ? ['(with --cluster-admin)'] : []),
    ...requesters,
  ].join(' ')

const lifeOf = ({ life, lifeFrom, maxLife }: Profile): string => {
  if (lifeFrom !== 'own') return code(`lifetimes.${lifeFrom}`)
  return maxLife === undefined
    ? formatDuration(life)
    : `${formatDuration(life)}, at most ${formatDuration(maxLife)}`
}

/** A row of the table in docs/profiles.md. */
export const profileRow = (profile: Profile): string[] => [
  code(profile.name),
  profile.issuer,
  [profile.commonName, ...profile.organizations].map(code).join(' / '),
  profile.usage,
  profile.names.map(code).join(' ') || '-',
  whoMayAsk(profile),
  lifeOf(profile),
  profile.aliasOf === undefined ? '' : code(profile.aliasOf),
]

/** The cells of each row of a Markdown table that begins with a profile. */
export const profileRowsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter((cells) => cells.length === 8)

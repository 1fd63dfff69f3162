import { type LegacyKey, type LegacyKeyPolicy, NODE_SUBJECTS } from '@easycerts/shared/issuance'
import type { LegacyConfig } from '../config/sections/legacy.ts'

type KeyRow = LegacyConfig['keys'][string][number]

/** What the rows of `legacy.keys` are worth, by the names of the keys. */
export const legacyKeysOf = (keys: LegacyConfig['keys']): ReadonlyMap<string, LegacyKey> =>
  new Map(
    Object.entries(keys).map(([name, rows]) => [
      name,
      { name, rows: rows.map((row) => policyOf(name, row)) },
    ]),
  )

const policyOf = (name: string, row: KeyRow): LegacyKeyPolicy => ({
  name,
  profiles: row.profiles,
  subjects: row.subjects === 'nodes' ? NODE_SUBJECTS : row.subjects,
  hosts: row.names,
  networks: row.networks,
  controlPlaneNames: row.controlPlaneNames,
  until: row.until === undefined ? undefined : new Date(row.until),
})

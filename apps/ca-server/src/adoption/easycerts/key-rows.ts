import type { LegacySpec } from '@easycerts/shared/legacy-certmgr'
import type { CaServerConfigFile } from '../../config/index.ts'
import type { SigningMaterial } from './signing-material.ts'

type LegacySection = NonNullable<CaServerConfigFile['legacy']>
export type KeyRows = NonNullable<LegacySection['keys']>
type KeyRow = KeyRows[string][number]

/** The machine whose own certificates are certified beyond what a worker gets. */
export interface MasterMachine {
  /** Ranges that its own requests come from. */
  readonly networks: readonly string[]
  /** When its row ends; undefined: it gets none, for it moves at once. */
  readonly until: Date | undefined
}

const MASTERS = 'system:masters'

/** Never over the network with a key that every node has. */
export const isOfMasters = ({ request }: LegacySpec): boolean => request.subject.O.includes(MASTERS)

/**
 * What each auth key is worth: the subjects of a worker from everywhere, and from the master's own
 * addresses, until an end, those that its certmgr keeps, but no O=system:masters.
 */
export const keyRowsOf = (
  { keys }: SigningMaterial,
  specs: readonly LegacySpec[],
  { networks, until }: MasterMachine,
): KeyRows => {
  const subjects = subjectsOf(specs)
  return Object.fromEntries(
    [...keys].map(([name, profiles]): [string, KeyRow[]] => {
      const nodes: KeyRow = { profiles: [...profiles], subjects: 'nodes' }
      if (until === undefined || subjects.length === 0) return [name, [nodes]]
      const master: KeyRow = {
        profiles: [...profiles],
        subjects,
        networks: [...networks],
        controlPlaneNames: true,
        until: until.toISOString(),
      }
      return [name, [nodes, master]]
    }),
  )
}

/** Each once; a certificate of masters is left out. */
const subjectsOf = (specs: readonly LegacySpec[]) => {
  const subjects = specs
    .filter((spec) => spec.keyPair !== undefined && !isOfMasters(spec))
    .map(({ request: { subject } }) => ({
      commonName: subject.commonName,
      organizations: [...subject.O],
    }))
    .filter(({ commonName }) => commonName !== '')
  return [...new Map(subjects.map((each) => [JSON.stringify(each), each])).values()]
}

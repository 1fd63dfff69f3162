import { readTextFile } from '@easycerts/adapters/files'
import { sha256Hex } from '@easycerts/shared/encoding'
import { BUILT_IN_KNOWN_BAD_KEYS, parseKnownBadKeys } from '@easycerts/shared/key'
import { profilesOfLayout } from '@easycerts/shared/profile'
import { buildPolicy, type OperatorsBadKeys, type Policy } from '../authority/index.ts'
import type { CaServerConfig } from '../config/index.ts'
import { describeBy } from './describe-by.ts'

/**
 * The policy of a configuration with this text. ERR_FILE_UNREADABLE and ERR_CONFIG_INVALID for the
 * list of known bad keys and for the description of the cluster.
 */
export const policyOf = (config: CaServerConfig, text: string): Policy => {
  const { profiles, keys, nodes, absence, restartLeases } = config
  const description = describeBy(config)
  return buildPolicy(profilesOfLayout(profiles, description?.layout ?? 'easycerts'), {
    knownBadKeys: readKnownBadKeys(keys.knownBad),
    nodeChanges: nodes,
    absence,
    restartLeases,
    description,
    sha256: sha256Hex(Buffer.from(text)),
  })
}

const readKnownBadKeys = (file: string | undefined): OperatorsBadKeys => {
  if (file === undefined) return { has: (pin) => BUILT_IN_KNOWN_BAD_KEYS.has(pin), sha256: null }
  const text = readTextFile(file)
  return { ...parseKnownBadKeys(file, text), sha256: sha256Hex(Buffer.from(text)) }
}

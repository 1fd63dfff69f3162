import { type ClusterFacts, type Host, parseHost, urlHost } from '@easycerts/shared/cluster'
import { parseConfig } from '@easycerts/shared/config'
import type { Profile } from '@easycerts/shared/profile'
import * as v from 'valibot'
import { stringify } from 'yaml'
import type { LeasePolicy } from '@easycerts/shared/restart-lease'
import type { ClockLimits } from '@easycerts/shared/time'
import type { AbsenceBounds, Lifetimes } from '../authority/index.ts'
import { absenceBoundsOf, absenceSection } from './sections/absence.ts'
import { type BackupSettings, backupSection } from './sections/backup.ts'
import { clockLimitsOf, clockSection } from './sections/clock.ts'
import { clusterSection, host } from './sections/cluster.ts'
import { type KeysConfig, keysSection } from './sections/keys.ts'
import { lifetimesSection, parseLifetimes } from './sections/lifetimes.ts'
import { type LegacyConfig, legacySection } from './sections/legacy.ts'
import { type LimitsConfig, limitsSection } from './sections/limits.ts'
import { issuePath } from '@easycerts/shared/config'
import { profileFaultsOf } from './profile-faults.ts'
import { listenSection } from './sections/listen.ts'
import { nodesSection } from './sections/nodes.ts'
import { type MonitoringConfig, monitoringSection } from './sections/monitoring.ts'
import { profileSetsSection, profilesSection, servedProfiles } from './sections/profiles.ts'
import { leasePolicyOf, restartLeasesSection } from './sections/restart-leases.ts'
import {
  type RevocationConfig,
  revocationConfigOf,
  revocationSection,
} from './sections/revocation.ts'
import { type RetentionSettings, retentionSection } from './sections/retention.ts'

/** What an operator writes. Every field is there after `init`, so a look at the file shows what is in force. */
const sections = v.strictObject({
  cluster: clusterSection,
  /** Names and addresses under which nodes reach this server; its certificate carries them. */
  addresses: v.pipe(v.array(host), v.minLength(1), v.maxLength(16)),
  listen: listenSection,
  lifetimes: lifetimesSection,
  keys: v.optional(keysSection, {}),
  clock: v.optional(clockSection, {}),
  limits: v.optional(limitsSection, {}),
  monitoring: v.optional(monitoringSection, {}),
  backup: v.optional(backupSection, {}),
  retention: v.optional(retentionSection, {}),
  nodes: v.optional(nodesSection, {}),
  absence: v.optional(absenceSection, {}),
  restartLeases: v.optional(restartLeasesSection, {}),
  revocation: v.optional(revocationSection, {}),
  legacy: v.optional(legacySection, {}),
  profileSets: profileSetsSection,
  profiles: profilesSection,
})

/** With what concerns several fields at once, so that all faults are told together. */
const fileSchema = v.pipe(
  sections,
  v.rawCheck(({ dataset, addIssue }) => {
    for (const { path, text } of profileFaultsOf(dataset.value))
      addIssue({ message: text, path: issuePath(dataset.value, path) })
  }),
)

export type CaServerConfigFile = v.InferInput<typeof sections>

export type Settings = v.InferOutput<typeof sections>

/** The valid configuration; only this one leaves here. */
export interface CaServerConfig {
  /** What the file says, and the defaults where it says nothing. */
  readonly settings: Settings
  readonly cluster: ClusterFacts
  /** Path of the description of the cluster. */
  readonly description: string | undefined
  readonly hosts: readonly Host[]
  readonly listen: v.InferOutput<typeof listenSection>
  readonly lifetimes: Lifetimes
  readonly keys: KeysConfig
  readonly clock: ClockLimits
  readonly limits: LimitsConfig
  readonly monitoring: MonitoringConfig
  readonly backup: BackupSettings
  readonly retention: RetentionSettings
  readonly nodes: v.InferOutput<typeof nodesSection>
  readonly absence: AbsenceBounds
  readonly restartLeases: LeasePolicy
  readonly revocation: RevocationConfig
  readonly legacy: LegacyConfig
  /** All that this CA serves: built-in ones of the chosen sets, its own, and the operator's. */
  readonly profiles: readonly Profile[]
  readonly joinEndpoints: readonly string[]
  readonly nodeEndpoints: readonly string[]
}

/** ERR_CONFIG_INVALID with every fault, by line. */
export const parseCaServerConfig = (file: string, text: string): CaServerConfig => {
  const settings = parseConfig(file, text, fileSchema)
  const { cluster: section, addresses, listen, clock, profileSets, profiles, ...rest } = settings
  const { description, ...cluster } = section
  const hosts = addresses.map(parseHost)
  const lifetimes = parseLifetimes(rest.lifetimes)
  return {
    settings,
    cluster,
    description,
    hosts,
    listen,
    clock: clockLimitsOf(clock),
    ...rest,
    absence: absenceBoundsOf(rest.absence),
    restartLeases: leasePolicyOf(rest.restartLeases),
    revocation: revocationConfigOf(rest.revocation, hosts, listen.publicPort),
    lifetimes,
    profiles: servedProfiles(profileSets, profiles, lifetimes),
    joinEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.joinPort}`),
    nodeEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.nodePort}`),
  }
}

export const formatCaServerConfig = (config: CaServerConfigFile): string =>
  stringify(config, { lineWidth: 0 })

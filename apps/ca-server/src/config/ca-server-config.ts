import { type ClusterFacts, type Host, parseHost, urlHost } from '@easycerts/shared/cluster'
import { parseConfig } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { stringify } from 'yaml'
import type { Lifetimes } from '../authority/index.ts'
import { clusterSection, host } from './sections/cluster.ts'
import { lifetimesSection, parseLifetimes } from './sections/lifetimes.ts'
import { type LimitsConfig, limitsSection } from './sections/limits.ts'
import { listenSection } from './sections/listen.ts'
import { type MonitoringConfig, monitoringSection } from './sections/monitoring.ts'

/** What an operator writes. Every field is there after `init`, so a look at the file shows what is in force. */
const fileSchema = v.strictObject({
  cluster: clusterSection,
  /** Names and addresses under which nodes reach this server; its certificate carries them. */
  addresses: v.pipe(v.array(host), v.minLength(1), v.maxLength(16)),
  listen: listenSection,
  lifetimes: lifetimesSection,
  limits: v.optional(limitsSection, {}),
  monitoring: v.optional(monitoringSection, {}),
})

export type CaServerConfigFile = v.InferInput<typeof fileSchema>

/** The valid configuration; only this one leaves here. */
export interface CaServerConfig {
  readonly cluster: ClusterFacts
  readonly hosts: readonly Host[]
  readonly listen: v.InferOutput<typeof listenSection>
  readonly lifetimes: Lifetimes
  readonly limits: LimitsConfig
  readonly monitoring: MonitoringConfig
  readonly joinEndpoints: readonly string[]
  readonly nodeEndpoints: readonly string[]
}

/** ERR_CONFIG_INVALID with every fault, by line. */
export const parseCaServerConfig = (file: string, text: string): CaServerConfig => {
  const { cluster, addresses, listen, lifetimes } = parseConfig(file, text, fileSchema)
  if (listen.joinPort === listen.nodePort)
    throw new EasycertsError('ERR_CONFIG_INVALID', `${file}: listen: the two ports must differ`)
  const hosts = addresses.map(parseHost)
  return {
    cluster,
    hosts,
    listen,
    lifetimes: parseLifetimes(lifetimes),
    joinEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.joinPort}`),
    nodeEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.nodePort}`),
  }
}

export const formatCaServerConfig = (config: CaServerConfigFile): string =>
  stringify(config, { lineWidth: 0 })

import {
  checkCidr,
  type ClusterFacts,
  type Host,
  parseHost,
  urlHost,
} from '@easycerts/shared/cluster'
import { parseConfig } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, parseDuration, seconds } from '@easycerts/shared/time'
import * as v from 'valibot'
import { stringify } from 'yaml'
import type { Lifetimes } from '../authority/index.ts'

/** Turns one of our parsers into a check, so that a fault is reported with its line. */
const checkedBy = (parse: (text: string) => unknown, expectation: string) =>
  v.pipe(
    v.string(),
    v.check((text) => {
      try {
        parse(text)
        return true
      } catch {
        return false
      }
    }, expectation),
  )

const host = checkedBy(parseHost, 'is neither a DNS name nor an address')
const cidr = checkedBy(checkCidr, 'is not an address range such as 10.96.0.0/12')
const life = checkedBy(parseLife, 'is not a duration of at least 20s, such as 720h or 30d')
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))
const clusterName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'is not a name (lower case, at most 32)'),
)
const kubernetesVersion = v.pipe(
  v.string(),
  v.regex(/^1\.(1[5-9]|[23][0-9])$/, 'is not a Kubernetes version such as 1.36'),
)
const httpsUrl = v.pipe(
  v.string(),
  v.regex(/^https:\/\/[^/?#@\s]+$/, 'is not an https URL without a path'),
  v.url(),
)

/** What an operator writes. Every field is there after `init`, so a look at the file shows what is in force. */
const fileSchema = v.strictObject({
  cluster: v.strictObject({
    name: clusterName,
    domain: host,
    serviceCidr: cidr,
    podCidr: cidr,
    apiserver: httpsUrl,
    kubernetesVersion,
  }),
  /** Names and addresses under which nodes reach this server; its certificate carries them. */
  addresses: v.pipe(v.array(host), v.minLength(1), v.maxLength(16)),
  listen: v.strictObject({
    address: checkedBy(parseHost, 'is not an address'),
    joinPort: port,
    nodePort: port,
  }),
  lifetimes: v.strictObject({ certificates: life, identity: life, caServer: life }),
})

export type CaServerConfigFile = v.InferOutput<typeof fileSchema>

/** The valid configuration; only this one leaves here. */
export interface CaServerConfig {
  readonly cluster: ClusterFacts
  readonly hosts: readonly Host[]
  readonly listen: {
    readonly address: string
    readonly joinPort: number
    readonly nodePort: number
  }
  readonly lifetimes: Lifetimes
  readonly joinEndpoints: readonly string[]
  readonly nodeEndpoints: readonly string[]
}

const MIN_LIFE = seconds(20)

function parseLife(text: string): Duration {
  const duration = parseDuration(text)
  if (duration < MIN_LIFE) throw new EasycertsError('ERR_DURATION_INVALID', 'too short')
  return duration
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
    lifetimes: {
      certificates: parseLife(lifetimes.certificates),
      identity: parseLife(lifetimes.identity),
      caServer: parseLife(lifetimes.caServer),
    },
    joinEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.joinPort}`),
    nodeEndpoints: hosts.map((each) => `https://${urlHost(each)}:${listen.nodePort}`),
  }
}

export const formatCaServerConfig = (config: CaServerConfigFile): string =>
  stringify(config, { lineWidth: 0 })

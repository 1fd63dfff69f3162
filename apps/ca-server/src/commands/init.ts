import { networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { parseHost, urlHost } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { KEY_ALGORITHMS } from '@easycerts/shared/key'
import { days, type Duration, parseDuration } from '@easycerts/shared/time'
import {
  type CaServerConfigFile,
  dataPaths,
  formatCaServerConfig,
  parseCaServerConfig,
} from '../config/index.ts'
import { initialise } from '../data-directory/initialise.ts'
import { chooseProtection, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeBy } from './describe-by.ts'
import { openToken } from './open-token.ts'
import { type IssuerOptions, keysSectionOf, planOrigin } from './plan-issuers.ts'

export interface InitOptions extends GlobalOptions, ProtectionOptions, IssuerOptions {
  readonly name: string
  readonly address: readonly string[]
  readonly listen: string
  readonly joinPort: string
  readonly nodePort: string
  readonly publicPort: string
  readonly apiserver?: string | undefined
  readonly domain: string
  readonly serviceCidr: string
  readonly podCidr: string
  readonly kubernetesVersion: string
  readonly description?: string
  readonly keyAlgorithm: string
  readonly issuerLife: string
  readonly certificateLife: string
  readonly backupRecipient: readonly string[]
  readonly backupRecipientFile?: string
}

/** `ca-server init` */
export const runInit = async (context: CommandContext, options: InitOptions): Promise<void> => {
  const config = { ...configOf(options, context.hostName), ...(await backupSectionOf(options)) }
  const paths = dataPaths(options.dataDirectory)
  // Written and read back before anything is made, so that a wrong flag leaves nothing behind.
  const parsed = parseCaServerConfig(paths.config, formatCaServerConfig(config))
  const { lifetimes } = parsed
  describeBy(parsed)
  const keyAlgorithm = KEY_ALGORITHMS.find((known) => known === options.keyAlgorithm)
  if (!keyAlgorithm)
    throw new EasycertsError(
      'ERR_USAGE',
      `"${options.keyAlgorithm.slice(0, 30)}" is not a key algorithm`,
      { hint: `choose one of ${KEY_ALGORITHMS.join(', ')}` },
    )
  const { origin, notes } = await planOrigin(context, options)
  const { pkcs11 } = config.keys ?? {}
  const { requests } = await initialise({
    directory: options.dataDirectory,
    config,
    origin,
    ...(pkcs11 ? { openKeys: () => openToken(context, pkcs11, { mayWrite: true }) } : {}),
    keyAlgorithm,
    issuerLife: parseIssuerLife(options.issuerLife, lifetimes.certificates),
    protection: chooseProtection(context, options),
    clock: context.clock,
    random: context.random,
  })
  for (const note of notes) context.terminal.warning(note)
  await context.terminal.result(
    {
      dataDirectory: options.dataDirectory,
      cluster: config.cluster,
      addresses: config.addresses,
      requests: requests.map(({ id }) => paths.issuerRequest(id)),
      notes,
    },
    () =>
      [
        `CA for cluster "${config.cluster.name}" made in ${options.dataDirectory}.`,
        `Nodes reach it at ${config.addresses.join(', ')}, ports ${config.listen.joinPort} and ${config.listen.nodePort}.`,
        `Settings: ${paths.config}`,
        requests.length === 0
          ? 'Next: ca-server serve'
          : `Next: have the requests in ${paths.requests} signed, then ca-server issuer install FILE...`,
      ].join('\n'),
  )
}

/** X.509 ends with the year 9999, and an issuer that ends before its certificates cuts them short. */
const LONGEST_ISSUER_LIFE = days(36_500)

const parseIssuerLife = (text: string, shortest: Duration): Duration => {
  const life = parseDuration(text)
  if (life < shortest || life > LONGEST_ISSUER_LIFE)
    throw new EasycertsError(
      'ERR_VALIDITY_NOT_PERMITTED',
      `an issuer lives from the life of a certificate to 100 years, not ${text}`,
      { hint: 'choose another --issuer-life' },
    )
  return life
}

const configOf = (options: InitOptions, hostName: string): CaServerConfigFile => {
  const addresses = options.address.length > 0 ? [...options.address] : ownAddresses(hostName)
  const [first = hostName] = addresses
  return {
    cluster: {
      name: options.name,
      domain: options.domain,
      serviceCidr: options.serviceCidr,
      podCidr: options.podCidr,
      apiserver: options.apiserver ?? `https://${urlHost(parseHost(first))}:6443`,
      kubernetesVersion: options.kubernetesVersion,
      ...(options.description === undefined ? {} : { description: resolve(options.description) }),
    },
    addresses,
    listen: {
      address: options.listen,
      joinPort: Number(options.joinPort),
      nodePort: Number(options.nodePort),
      publicPort: Number(options.publicPort),
    },
    lifetimes: {
      certificates: options.certificateLife,
      identity: options.certificateLife,
      caServer: options.certificateLife,
    },
    ...keysSectionOf(options),
  }
}

/** Each line is checked to its last character: a wrong one would show at the first backup. */
const backupSectionOf = async ({ backupRecipient, backupRecipientFile }: InitOptions) => {
  const file = backupRecipientFile === undefined ? '' : readTextFile(backupRecipientFile)
  const lines = file.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const given = [...backupRecipient, ...lines]
  if (given.length === 0) return {}
  const { parseRecipient } = await import('../backup/index.ts')
  return { backup: { recipients: given.map(parseRecipient) } }
}

/** The addresses of this machine that others can reach, and its name. */
const ownAddresses = (hostName: string): string[] => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  return [...addresses, hostName.toLowerCase()]
}

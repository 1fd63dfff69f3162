import { networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { parseHost, urlHost } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { KEY_ALGORITHMS } from '@easycerts/shared/key'
import { days, type Duration, parseDuration } from '@easycerts/shared/time'
import {
  type CaServerConfigFile,
  type DataPaths,
  dataPaths,
  formatCaServerConfig,
  parseCaServerConfig,
} from '../config/index.ts'
import type { InitialiseWish } from '../data-directory/initialise.ts'
import { chooseProtection, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeBy } from './describe-by.ts'
import { openToken } from './open-token.ts'
import { type IssuerOptions, keysSectionOf, planOrigin } from './plan-issuers.ts'

/** The flags that a new CA is described by. */
export interface NewCaOptions extends GlobalOptions, ProtectionOptions, IssuerOptions {
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

/** A CA that could be made: nothing of it is written yet. */
export interface NewCaPlan {
  readonly config: CaServerConfigFile
  readonly paths: DataPaths
  readonly wish: InitialiseWish
  /** Of the issuers that are taken over. */
  readonly notes: readonly string[]
}

/**
 * What the flags ask for, checked and read back, so that a wrong one leaves nothing behind.
 * `legacy`: the section of that name.
 */
export const planCa = async (
  context: CommandContext,
  options: NewCaOptions,
  legacy: Pick<CaServerConfigFile, 'legacy'> = {},
): Promise<NewCaPlan> => {
  const config = {
    ...configOf(options, context.hostName),
    ...(await backupSectionOf(options)),
    ...legacy,
  }
  const paths = dataPaths(options.dataDirectory)
  const parsed = parseCaServerConfig(paths.config, formatCaServerConfig(config))
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
  const wish = {
    directory: options.dataDirectory,
    config,
    origin,
    ...(pkcs11 ? { openKeys: () => openToken(context, pkcs11, { mayWrite: true }) } : {}),
    keyAlgorithm,
    issuerLife: parseIssuerLife(options.issuerLife, parsed.lifetimes.certificates),
    protection: chooseProtection(context, options),
    clock: context.clock,
    random: context.random,
  }
  return { config, paths, wish, notes }
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

const configOf = (options: NewCaOptions, hostName: string): CaServerConfigFile => {
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
const backupSectionOf = async ({ backupRecipient, backupRecipientFile }: NewCaOptions) => {
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

import { resolve } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { authKeysOf, readSigningConfig } from '@easycerts/cfssl/signing-config'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import type { LegacyConfig } from '../config/index.ts'
import { legacySection } from '../config/sections/legacy.ts'
import type { CommandContext } from './command-context.ts'

/** The flags of `serve` that stand for the section `legacy`, as those of `cfssl serve` did. */
export interface LegacyFlags {
  readonly cfsslConfig?: string
  readonly cfsslPort?: string
  readonly cfsslAddress?: string
  readonly cfsslTlsCert?: string
  readonly cfsslTlsKey?: string
  readonly cfsslPlain?: boolean
  readonly cfsslMutualTlsCa?: string
  readonly cfsslMutualTlsCn?: string
  readonly cfsslRoots?: string
  readonly cfsslDefaultLabel?: string
  readonly cfsslOpen?: string
}

/** Where `cfssl serve` listens. */
const CFSSL_PORT = 8888

/**
 * The section as the file has it, and over it what the flags say. A key of --cfssl-config without a
 * row is worth the subjects of nodes, in the profiles that it is for. ERR_USAGE.
 */
export const legacyByFlags = (
  { variable }: Pick<CommandContext, 'variable'>,
  config: LegacyConfig,
  flags: LegacyFlags,
): LegacyConfig => {
  const wished = sectionOf(flags)
  if (Object.keys(wished).length === 0) return config
  const port = config.port === 0 ? CFSSL_PORT : config.port
  const keys =
    flags.cfsslConfig === undefined
      ? config.keys
      : { ...rowsOfKeys(resolve(flags.cfsslConfig), variable), ...config.keys }
  const parsed = v.safeParse(legacySection, { ...config, port, keys, ...wished })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const field = issue.path?.map(({ key }) => String(key)).join('.') ?? ''
  throw new EasycertsError('ERR_USAGE', `the flags for cfssl: ${field}: ${issue.message}`)
}

const sectionOf = (flags: LegacyFlags): Record<string, unknown> => {
  const { cfsslTlsCert: certificate, cfsslTlsKey: key, cfsslPort, cfsslOpen } = flags
  if ((certificate === undefined) !== (key === undefined))
    throw new EasycertsError('ERR_USAGE', '--cfssl-tls-cert and --cfssl-tls-key belong together')
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file))
  const wished = {
    signingConfig: path(flags.cfsslConfig),
    roots: path(flags.cfsslRoots),
    defaultLabel: flags.cfsslDefaultLabel,
    address: flags.cfsslAddress,
    port: cfsslPort === undefined ? undefined : Number(cfsslPort),
    clientCa: path(flags.cfsslMutualTlsCa),
    clientName: flags.cfsslMutualTlsCn,
    open: cfsslOpen?.split(',').map((name) => name.trim()),
    tls:
      flags.cfsslPlain === true
        ? 'none'
        : certificate && { certificate: path(certificate), key: path(key) },
  }
  return Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined))
}

const rowsOfKeys = (file: string, variable: CommandContext['variable']) => {
  const { signing } = readSigningConfig({
    file,
    text: readTextFile(file),
    resolveSecret: ({ from, name }) => (from === 'file' ? readTextFile(name) : variable?.(name)),
  })
  return Object.fromEntries(
    [...authKeysOf(signing)].map(([name, { profiles }]) => [name, [{ profiles: [...profiles] }]]),
  )
}

import { resolve } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseCertificate } from '@easycerts/shared/x509'
import {
  adoptCertdb,
  type LegacyFiles,
  planLegacyFiles,
  surveyCertdb,
} from '../cfssl-import/index.ts'
import { type CaServerConfigFile, dataPaths } from '../config/index.ts'
import { initialise } from '../data-directory/initialise.ts'
import type { CommandContext } from './command-context.ts'
import { type NewCaOptions, planCa } from './plan-ca.ts'

export interface ImportCfsslOptions extends NewCaOptions {
  readonly config: string
  readonly ca: string
  readonly caKey: string
  readonly db?: string
  readonly roots?: string
  readonly cfsslPort: string
  readonly cfsslAddress?: string
  readonly cfsslTlsCert?: string
  readonly cfsslTlsKey?: string
  readonly dryRun?: boolean
}

/** `ca-server import cfssl` */
export const runImportCfssl = async (
  context: CommandContext,
  given: ImportCfsslOptions,
): Promise<void> => {
  const dataDirectory = resolve(given.dataDirectory)
  const importIssuer = [`cluster=${given.ca},${given.caKey}`, ...given.importIssuer]
  const options = { ...given, dataDirectory, importIssuer }
  const legacy = planLegacyFiles(dataDirectory, {
    config: options.config,
    roots: options.roots,
    readFile: readTextFile,
    variable: context.variable ?? (() => undefined),
  })
  const { wish, notes, config } = await planCa(context, options, {
    legacy: legacySectionOf(options, legacy),
  })
  const taken = Object.values(wish.origin?.imported ?? {})
  const { db } = options
  const survey = db === undefined ? undefined : surveyCertdb(db, taken)
  const isDone = options.dryRun !== true
  if (isDone)
    await initialise({
      ...wish,
      beside: legacy.files,
      records: async (store, rows) => {
        if (db === undefined) return
        const issuers = rows.map(({ id, certificate }) => ({
          id,
          certificate: parseCertificate(certificate),
        }))
        await adoptCertdb({ store, clock: context.clock }, db, issuers)
      },
    })
  const told = [...notes, ...legacy.notes, ...(survey?.notes ?? []), ...ownNotes(legacy)]
  await context.terminal.result(
    {
      dataDirectory,
      done: isDone,
      cluster: config.cluster,
      profiles: profilesOf(legacy),
      keys: Object.fromEntries(legacy.profilesOfKeys),
      certificates: survey && { ...survey, notes: undefined },
      notes: told,
    },
    () => textOf({ isDone, dataDirectory, told, survey, db, legacy }),
  )
}

interface Told {
  readonly isDone: boolean
  readonly dataDirectory: string
  readonly legacy: LegacyFiles
  readonly db: string | undefined
  readonly survey: ReturnType<typeof surveyCertdb> | undefined
  readonly told: readonly string[]
}

const textOf = ({ isDone, dataDirectory, told, survey, db, legacy }: Told): string =>
  [
    isDone
      ? `CA made in ${dataDirectory}: the CA of cfssl signs for the cluster.`
      : `Nothing was written. An import would make ${dataDirectory}.`,
    `Profiles: ${profilesOf(legacy)
      .map(({ name }) => name)
      .join(', ')}.`,
    ...(survey
      ? [
          `Certificates of ${db ?? ''}: ${survey.adopted} taken over, ${survey.revoked} of them revoked; ${survey.left.length} left out.`,
          ...survey.left.map(({ serialNumber, fault }) => `  ${serialNumber}: ${fault}`),
        ]
      : []),
    ...(told.length === 0 ? [] : ['What is not as it was in cfssl, or not as it seems:']),
    ...told.map((note) => `  ${note}`),
    `Settings: ${dataPaths(dataDirectory).config}, section legacy`,
    isDone ? 'Next: stop cfssl, then ca-server serve' : 'Next: the same without --dry-run',
  ].join('\n')

const legacySectionOf = (
  options: ImportCfsslOptions,
  { signingConfig, roots, profilesOfKeys }: LegacyFiles,
): NonNullable<CaServerConfigFile['legacy']> => {
  const { cfsslAddress, cfsslTlsCert: certificate, cfsslTlsKey: key } = options
  if ((certificate === undefined) !== (key === undefined))
    throw new EasycertsError('ERR_USAGE', '--cfssl-tls-cert and --cfssl-tls-key belong together')
  return {
    ...(cfsslAddress === undefined ? {} : { address: cfsslAddress }),
    port: Number(options.cfsslPort),
    ...(certificate === undefined || key === undefined
      ? {}
      : { tls: { certificate: resolve(certificate), key: resolve(key) } }),
    signingConfig,
    ...(roots === undefined ? {} : { roots }),
    keys: Object.fromEntries(
      [...profilesOfKeys].map(([name, profiles]) => [
        name,
        [{ profiles: [...profiles], subjects: 'nodes' as const }],
      ]),
    ),
  }
}

const profilesOf = ({ read: { signing } }: LegacyFiles) =>
  [signing.default, ...signing.profiles.values()].map(({ name, usages, expiryText, authKeys }) => ({
    name,
    usages,
    expiry: expiryText,
    keys: authKeys.map((key) => key.name),
  }))

const ownNotes = ({ profilesOfKeys }: LegacyFiles): string[] => [
  ...[...profilesOfKeys.keys()].map(
    (name) =>
      `legacy.keys.${name}: may ask for the subjects of nodes alone; write other subjects there, or "any", for what else it signed`,
  ),
  'sign, newcert, revoke, crl and the like ask for no key in cfssl: they are closed, and legacy.open opens each by its switch',
]

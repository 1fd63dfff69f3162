import { existsSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { certificatePem } from '@easycerts/shared/x509'
import type { KeysConfig } from '../config/index.ts'
import { importIssuer, type ImportedIssuer } from '../data-directory/import-issuer.ts'
import type { InitialiseWish } from '../data-directory/initialise.ts'
import type { InternalRoot } from '../data-directory/new-issuers.ts'
import { formatKeyFile } from '../key-store/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { obtainSecret } from './obtain-secret.ts'

/** The flags of `init` that say where issuers and their keys come from. */
export interface IssuerOptions extends GlobalOptions {
  readonly root: 'none' | 'external' | 'internal'
  readonly rootKeyOut?: string | undefined
  readonly rootPassphraseFile?: string | undefined
  /** `purpose=certificate,key` */
  readonly importIssuer: readonly string[]
  readonly importPassphraseFile?: string | undefined
  readonly pkcs11Module?: string | undefined
  readonly pkcs11Token?: string | undefined
  readonly pkcs11PinFile?: string | undefined
  readonly insecurePlaintextKeys?: boolean | undefined
}

type Origin = NonNullable<InitialiseWish['origin']>

/** What these flags put into the section `keys` of the configuration. ERR_USAGE. */
export const keysSectionOf = (options: IssuerOptions): { readonly keys?: KeysConfig } => {
  const { pkcs11Module, pkcs11Token, pkcs11PinFile } = options
  if (pkcs11Module === undefined && pkcs11Token === undefined && pkcs11PinFile === undefined)
    return {}
  if (pkcs11Module === undefined || pkcs11Token === undefined)
    throw usage('--pkcs11-module and --pkcs11-token belong together')
  const pinFile = pkcs11PinFile === undefined ? {} : { pinFile: resolve(pkcs11PinFile) }
  return {
    keys: { pkcs11: { module: resolve(pkcs11Module), tokenLabel: pkcs11Token, ...pinFile } },
  }
}

/** Where the issuers come from: new ones, below a root or not, or taken over. */
export const planOrigin = async (
  context: CommandContext,
  options: IssuerOptions,
): Promise<{ readonly origin: Origin; readonly notes: readonly string[] }> => {
  const { root } = options
  const imported = await readImports(context, options)
  const keepRoot = root === 'internal' ? await planRootFile(context, options) : undefined
  return {
    origin: { root, imported, ...(keepRoot ? { keepRoot } : {}) },
    notes: Object.values(imported).flatMap(({ notes }) => notes),
  }
}

const readImports = async (
  context: CommandContext,
  { importIssuer: words, importPassphraseFile }: IssuerOptions,
): Promise<Partial<Record<IssuerPurpose, ImportedIssuer>>> => {
  const passphrase =
    importPassphraseFile === undefined
      ? undefined
      : await obtainSecret(context, { file: importPassphraseFile, prompt: 'ca', missing: '' })
  const imported: Partial<Record<IssuerPurpose, ImportedIssuer>> = {}
  for (const word of words) {
    const wish = parseImport(word)
    if (imported[wish.purpose]) throw usage(`--import-issuer names ${wish.purpose} twice`)
    imported[wish.purpose] = importIssuer({ ...wish, passphrase, now: context.clock() })
  }
  return imported
}

const parseImport = (word: string) => {
  const [, name, certificateFile, keyFile] = /^([a-z-]+)=([^,]+),([^,]+)$/.exec(word) ?? []
  if (certificateFile === undefined || keyFile === undefined)
    throw usage('--import-issuer is written purpose=certificate-file,key-file')
  const purpose = ISSUER_PURPOSES.find((known) => known === name)
  if (!purpose || purpose === 'enrolment')
    throw new EasycertsError('ERR_USAGE', '--import-issuer takes cluster, etcd or front-proxy', {
      hint: 'the enrolment issuer is always new: no other program may trust it',
    })
  return { purpose, certificateFile, keyFile }
}

/** The root's key and certificate in one file, away from the CA, for a place that is not online. */
const planRootFile = async (
  context: CommandContext,
  options: IssuerOptions,
): Promise<(root: InternalRoot) => Promise<void>> => {
  const { rootKeyOut, dataDirectory, insecurePlaintextKeys } = options
  if (rootKeyOut === undefined) throw usage('--root internal needs --root-key-out FILE')
  const path = resolve(rootKeyOut)
  if (path.startsWith(resolve(dataDirectory) + sep))
    throw usage('--root-key-out must lie outside the data directory')
  if (existsSync(path)) throw usage(`--root-key-out: ${path} exists`)
  const secret: Secret<string> | undefined =
    insecurePlaintextKeys === true && options.rootPassphraseFile === undefined
      ? undefined
      : await obtainSecret(context, {
          file: options.rootPassphraseFile,
          prompt: 'root',
          missing: 'the key of the root is kept under a passphrase of its own',
        })
  return async ({ key, certificate }) => {
    await ensureDirectory(dirname(path), 0o755)
    const keyFile = formatKeyFile(key, secret?.reveal())
    const content = keyFile.map((pem) => pem + certificatePem(certificate))
    await writeFileDurably({ path, content, mode: 0o600 })
  }
}

const usage = (message: string): EasycertsError => new EasycertsError('ERR_USAGE', message)

import { join } from 'node:path'
import { readRoots, type RootRow } from '@easycerts/cfssl/roots'
import {
  authKeysOf,
  type ReadSigningConfig,
  readSigningConfig,
  withKeysInFiles,
} from '@easycerts/cfssl/signing-config'
import { Secret } from '@easycerts/shared/encoding'

export interface LegacySource {
  /** cfssl's -config. */
  readonly config: string
  /** multirootca's -roots. */
  readonly roots: string | undefined
  /** Throws ERR_FILE_UNREADABLE. */
  readonly readFile: (path: string) => string
  /** Of the environment, for auth keys that name one. */
  readonly variable: (name: string) => string | undefined
}

export interface LegacyFiles {
  /** Names below the data directory, for mode 0600. */
  readonly files: readonly { readonly name: string; readonly content: Secret<string> }[]
  /** Paths for the section `legacy`. */
  readonly signingConfig: string
  readonly roots: string | undefined
  readonly read: ReadSigningConfig
  /** Profiles that each key signs requests for. */
  readonly profilesOfKeys: ReadonlyMap<string, readonly string[]>
  readonly notes: readonly string[]
}

/** cfssl's configuration and keys as files of a data directory. ERR_CONFIG_INVALID with every fault. */
export const planLegacyFiles = (directory: string, source: LegacySource): LegacyFiles => {
  const plan = new FilePlan(join(directory, 'legacy'), source)
  const read = plan.addSigning('signing', source.config)
  const roots = source.roots === undefined ? undefined : plan.addRoots(source.roots)
  return {
    files: plan.files,
    signingConfig: plan.pathOf('signing.json'),
    roots,
    read,
    profilesOfKeys: plan.profilesOfKeys,
    notes: plan.notes,
  }
}

class FilePlan {
  readonly files: { readonly name: string; readonly content: Secret<string> }[] = []
  readonly notes: string[] = []
  readonly profilesOfKeys = new Map<string, string[]>()
  readonly #directory: string
  readonly #source: LegacySource

  constructor(directory: string, source: LegacySource) {
    this.#directory = directory
    this.#source = source
  }

  pathOf(name: string): string {
    return join(this.#directory, name)
  }

  #add(name: string, content: string): string {
    this.files.push({ name: join('legacy', name), content: new Secret(content) })
    return this.pathOf(name)
  }

  addSigning(name: string, file: string): ReadSigningConfig {
    const { readFile, variable } = this.#source
    const text = readFile(file)
    const read = readSigningConfig({
      file,
      text,
      resolveSecret: ({ from, name: at }) => (from === 'file' ? readFile(at) : variable(at)),
    })
    this.notes.push(...read.notes)
    const paths = new Map<string, string>()
    const used = [...authKeysOf(read.signing)]
    for (const [index, [keyName, { key, profiles }]] of used.entries()) {
      const path = this.#add(`${name}-${index + 1}.key`, `${key.key.reveal().toString('hex')}\n`)
      paths.set(keyName, path)
      const known = this.profilesOfKeys.get(keyName) ?? []
      this.profilesOfKeys.set(keyName, [...new Set([...known, ...profiles])])
    }
    for (const key of remoteKeysOf(read))
      if (!paths.has(key.name)) {
        const content = `${key.key.reveal().toString('hex')}\n`
        paths.set(key.name, this.#add(`${name}-remote-${paths.size + 1}.key`, content))
      }
    this.#add(`${name}.json`, withKeysInFiles(text, paths))
    return read
  }

  addRoots(file: string): string {
    const { roots, notes } = readRoots(file, this.#source.readFile(file))
    this.notes.push(...notes)
    return this.#add('roots.conf', roots.map((row) => this.#addRoot(row)).join('\n'))
  }

  #addRoot({ label, certificate, privateKey, config, networks, databaseConfig }: RootRow): string {
    this.addSigning(`root-${label}`, config)
    if (databaseConfig !== '')
      this.notes.push(`[${label}] dbconfig: is not read here; give its database with --db`)
    const copy = this.#add(`root-${label}.pem`, this.#source.readFile(certificate))
    return [
      `[${label}]`,
      `private = file://${privateKey}`,
      `certificate = ${copy}`,
      `config = ${this.pathOf(`root-${label}.json`)}`,
      ...(networks ? [`nets = ${networks.join(',')}`] : []),
      '',
    ].join('\n')
  }
}

const remoteKeysOf = ({ signing }: ReadSigningConfig) =>
  [signing.default, ...signing.profiles.values()].flatMap(({ remote }) => remote?.authKey ?? [])

import { readTextFile } from '@easycerts/adapters/files'
import { parseJson, Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import type { LegacyFile } from '../adoption-plan.ts'

/** What cfssl signs by, made independent of where it came from. */
export interface SigningMaterial {
  /** Profiles by the auth key that opens them. */
  readonly keys: ReadonlyMap<string, readonly string[]>
  /** Where each key came from, by its name. */
  readonly origins: ReadonlyMap<string, string>
  /** Profiles without an auth key: cfssl signs them for whoever asks. */
  readonly open: readonly string[]
  /** The configuration, and the keys that it named by file. */
  readonly files: readonly LegacyFile[]
}

export const SIGNING_CONFIG = 'legacy/signing.json'

const profile = v.looseObject({ auth_key: v.optional(v.string()) })
const schema = v.looseObject({
  signing: v.looseObject({
    default: v.optional(profile),
    profiles: v.optional(v.record(v.string(), profile), {}),
  }),
  auth_keys: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
      v.looseObject({ type: v.string(), key: v.string() }),
    ),
    {},
  ),
})

export interface SigningPlace {
  /** In front of every path. */
  readonly onDisk: (path: string) => string
  readonly path: string
  readonly dataDirectory: string
}

/** Everything but the places of the keys stays as it was. ERR_CONFIG_INVALID, ERR_FILE_UNREADABLE. */
export const readSigningMaterial = (place: SigningPlace): SigningMaterial => {
  const { path, onDisk, dataDirectory } = place
  const parsed = v.safeParse(schema, parseJson(readTextFile(onDisk(path))))
  if (!parsed.success)
    throw invalid(`${path}: is no configuration of cfssl (${v.getDotPath(parsed.issues[0]) ?? ''})`)
  const { signing, auth_keys } = parsed.output
  const profiles = Object.entries(signing.profiles)
  const names = [...new Set(profiles.flatMap(([, { auth_key }]) => auth_key ?? []))]
  const files: LegacyFile[] = []
  const origins = new Map<string, string>()
  for (const [name, row] of Object.entries(auth_keys)) {
    const { origin, text } = readAuthKey(name, row.key, place)
    const file = `legacy/${name}.key`
    origins.set(name, origin)
    files.push({ name: file, content: new Secret(`${text}\n`) })
    row.key = `file:${dataDirectory}/${file}`
  }
  const missing = names.find((name) => !origins.has(name))
  if (missing !== undefined) throw invalid(`${path}: auth_keys has no "${missing}"`)
  const content = new Secret(`${JSON.stringify(parsed.output, null, 2)}\n`)
  return {
    keys: new Map(names.map((name) => [name, profilesOf(profiles, name)])),
    origins,
    open: profiles.flatMap(([name, { auth_key }]) => (auth_key === undefined ? [name] : [])),
    files: [...files, { name: SIGNING_CONFIG, content }],
  }
}

const profilesOf = (
  profiles: readonly (readonly [string, { readonly auth_key?: string | undefined }])[],
  key: string,
): string[] => profiles.flatMap(([name, { auth_key }]) => (auth_key === key ? [name] : []))

/** Hexadecimal wherever it is; the value stands in no message. */
const readAuthKey = (
  name: string,
  written: string,
  { path, onDisk }: SigningPlace,
): { readonly origin: string; readonly text: string } => {
  if (written.startsWith('env:'))
    throw invalid(`${path}: auth_keys.${name}: is in the environment of cfssl; put it into a file`)
  const file = written.startsWith('file:') ? written.slice('file:'.length) : undefined
  const text = (file === undefined ? written : readTextFile(onDisk(file))).trim()
  if (!/^([0-9a-f]{2}){1,64}$/i.test(text))
    throw invalid(`${file ?? `${path}: auth_keys.${name}`}: holds no hexadecimal key`)
  return { origin: file ?? path, text }
}

const invalid = (message: string) => new EasycertsError('ERR_CONFIG_INVALID', message)

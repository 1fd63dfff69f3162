import * as v from 'valibot'
import { Secret } from '../encoding/index.ts'
import { absolutePath, legacyFileSchema } from './legacy-file.ts'
import { type LegacyRemote, legacyRemotes } from './legacy-remote.ts'
import { parsedText } from './parsed-text.ts'

/** Where the key of the HMAC is; hexadecimal, wherever it is. */
export type LegacyAuthKey =
  | { readonly from: 'spec'; readonly key: Secret<string> }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'file'; readonly path: string }

/** The CA that a spec's certificate comes from. */
export interface LegacyAuthority {
  /** In order of preference. */
  readonly remotes: readonly LegacyRemote[]
  /** Empty: the CA's own choice, as for the profile. */
  readonly label: string
  readonly profile: string
  /** Undefined: requests are signed with the empty key. */
  readonly authKey: LegacyAuthKey | undefined
  /** PEM of the CAs that the server's certificate may come from; undefined: those of the system. */
  readonly rootCa: string | undefined
  /** Shown to a server that asks for one; the old certmgr had none. */
  readonly client: { readonly certificate: string; readonly key: string } | undefined
}

/** One of these matches; the value never stands in a message. */
const AUTH_KEYS: readonly {
  readonly form: RegExp
  readonly build: (rest: string) => LegacyAuthKey
}[] = [
  { form: /^env:([A-Za-z_]\w*)$/, build: (variable) => ({ from: 'environment', variable }) },
  {
    form: /^file:((?:\/(?!\.{1,2}(?:\/|$))[^/\n\r\0]+)+)$/,
    build: (path) => ({ from: 'file', path }),
  },
  { form: /^((?:[0-9a-f]{2})+)$/i, build: (key) => ({ from: 'spec', key: new Secret(key) }) },
]

const parseAuthKey = (text: string): LegacyAuthKey | undefined => {
  for (const { form, build } of AUTH_KEYS) {
    const [, rest] = form.exec(text.trim()) ?? []
    if (rest !== undefined) return build(rest)
  }
  return undefined
}

const label = v.optional(
  v.pipe(v.string('is not text'), v.regex(/^[^\p{Cc}]{0,256}$/u, 'is not a name')),
  '',
)

export const legacyAuthoritySchema = v.strictObject({
  remote: v.optional(legacyRemotes),
  label,
  profile: label,
  auth_key: v.optional(parsedText(parseAuthKey, 'is not hexadecimal, env:NAME or file:/path')),
  auth_key_file: v.optional(absolutePath),
  root_ca: v.optional(absolutePath),
  client_certificate: v.optional(absolutePath),
  client_key: v.optional(absolutePath),
  /** Never read by the old one. */
  name: label,
  /** The older name of the spec's `ca`. */
  file: v.optional(legacyFileSchema),
})

type WrittenAuthority = v.InferOutput<typeof legacyAuthoritySchema>

export const buildLegacyAuthority = (
  written: WrittenAuthority,
  fallback: readonly LegacyRemote[],
): LegacyAuthority => ({
  remotes: written.remote ?? fallback,
  label: written.label,
  profile: written.profile,
  authKey:
    written.auth_key_file === undefined
      ? written.auth_key
      : { from: 'file', path: written.auth_key_file },
  rootCa: written.root_ca,
  client:
    written.client_certificate === undefined || written.client_key === undefined
      ? undefined
      : { certificate: written.client_certificate, key: written.client_key },
})

export const authorityWarnings = ({ auth_key, auth_key_file }: WrittenAuthority): string[] => {
  if (auth_key && auth_key_file !== undefined)
    return ['authority.auth_key: is not used, for auth_key_file takes its place']
  return auth_key === undefined && auth_key_file === undefined
    ? ['authority: has neither auth_key nor auth_key_file, so requests prove nothing']
    : []
}

import * as v from 'valibot'
import { parseLegacyMode } from './legacy-mode.ts'

/** A file that the old certmgr kept. */
export interface LegacyFile {
  readonly path: string
  /** Name or number; undefined: of whoever runs certmgr. */
  readonly owner: string | undefined
  readonly group: string | undefined
  /** '0600' */
  readonly mode: string
}

const MAX_PATH = 4096

export const absolutePath = v.pipe(
  v.string('is not a path'),
  // Each part has characters, is not '.' or '..', and holds no line end and no zero octet.
  v.regex(/^(\/(?!\.{1,2}(\/|$))[^/\n\r\0]+)+$/, 'is not an absolute path'),
  v.maxLength(MAX_PATH, `is longer than ${MAX_PATH}`),
)

const LARGEST_ID = 0xffff_fffe

const isAccount = (text: string): boolean =>
  /^\d+$/.test(text) ? Number(text) <= LARGEST_ID : /^[A-Za-z_][\w.-]{0,30}\$?$/.test(text)

const account = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.integer())], 'is not a name or a number'),
  v.transform(String),
  v.check(isAccount, 'is not the name or the number of an account'),
)

const mode = v.pipe(
  v.string('is not text: write "0600", in quotes'),
  v.transform(parseLegacyMode),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if ('mode' in dataset.value) return dataset.value
    addIssue({ message: dataset.value.fault })
    return NEVER
  }),
)

/** A file of a spec; the mode keeps its warning, and is undefined where the old default holds. */
export const legacyFileSchema = v.strictObject({
  path: absolutePath,
  owner: v.optional(account),
  group: v.optional(account),
  mode: v.optional(mode),
})

export type WrittenFile = v.InferOutput<typeof legacyFileSchema>

export const buildLegacyFile = (
  { path, owner, group, mode: written }: WrittenFile,
  defaultMode: string,
): LegacyFile => ({ path, owner, group, mode: written?.mode ?? defaultMode })

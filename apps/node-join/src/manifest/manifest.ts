import { dirname } from 'node:path'
import {
  digestOf,
  ensureDirectory,
  type FileContent,
  readTextFileIfAny,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { type Machine, missingDirectories, pathOn } from '../machine/index.ts'
import type { PlannedFile } from '../plan/planned-file.ts'

export const MANIFEST_PATH = '/var/lib/easycerts/manifest.json'

const manifestSchema = v.strictObject({
  version: v.literal(1),
  /** SHA-256 of what join last wrote, hex, by the path that the node sees; in the order of writing. */
  files: v.record(v.string(), v.string()),
  /** Directories that were not there before, outermost first. */
  directories: v.array(v.string()),
})

/** What join wrote on this machine, so that `reset` removes that and nothing else. */
export type Manifest = v.InferOutput<typeof manifestSchema>

export const EMPTY_MANIFEST: Manifest = { version: 1, files: {}, directories: [] }

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadManifest = (machine: Machine): Manifest | undefined => {
  const path = pathOn(machine, MANIFEST_PATH)
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(manifestSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of what a join wrote`, {
    hint: 'remove it; "node-join reset" then goes by what a join of this version writes',
  })
}

/** Durable before the first of the files, or of these directories, is made: no crash leaves one that nobody knows of. */
export const noteInManifest = async (
  machine: Machine,
  files: readonly PlannedFile<FileContent>[],
  directories: readonly string[] = [],
): Promise<void> => {
  const known = loadManifest(machine) ?? EMPTY_MANIFEST
  const made = [...files.map(({ path }) => dirname(path)), ...directories].flatMap((directory) =>
    missingDown(machine, directory),
  )
  const next: Manifest = {
    version: 1,
    files: {
      ...known.files,
      ...Object.fromEntries(files.map(({ path, content }) => [path, digestOf(content)])),
    },
    directories: [...new Set([...known.directories, ...made])],
  }
  const [before, after] = [known, next].map((each) => `${JSON.stringify(each, null, 2)}\n`)
  if (after === undefined || before === after) return
  const path = pathOn(machine, MANIFEST_PATH)
  await ensureDirectory(dirname(path), 0o755)
  await writeFileDurably({ path, content: after, mode: 0o600 })
}

const missingDown = (machine: Machine, directory: string): string[] => {
  const prefix = pathOn(machine, '/').replace(/\/$/, '')
  return missingDirectories(pathOn(machine, directory))
    .map((missing) => missing.slice(prefix.length))
    .toReversed()
}

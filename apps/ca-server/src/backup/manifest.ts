import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'

/** Names inside a backup. */
export const ENTRY = {
  manifest: 'manifest.json',
  database: 'easycerts.db',
  config: 'ca-server.yaml',
  /** The key-encryption key, where its own file opens on one machine only. */
  kek: 'kek',
} as const

// Nothing else may become a path below a data directory.
const NAME =
  /^(easycerts\.db|ca-server\.yaml|kek|(keys|profiles\.d|legacy)\/[A-Za-z0-9][A-Za-z0-9_.@-]{0,99})$/
const MAX_ENTRIES = 1000
/** One line of base64; it is held in memory whole. */
const MAX_KEK_OCTETS = 4096

const hexDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const manifestSchema = v.object({
  format: v.literal('easycerts-backup'),
  version: v.literal(1),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  cluster: v.string(),
  /** SHA-256 of the enrolment issuer's key: what tickets pin. */
  enrolmentPin: v.string(),
  store: v.object({ id: v.string(), epoch: count, schema: count }),
  /** The tree of the issuance log as the snapshot has it; the root is base64. */
  log: v.object({ size: count, root: v.string() }),
  keys: v.picklist(['included', 'left-out']),
  files: v.pipe(
    v.array(v.object({ name: v.pipe(v.string(), v.regex(NAME)), size: count, sha256: hexDigest })),
    v.maxLength(MAX_ENTRIES),
  ),
})

/** What a backup says of itself; its first entry. */
export type Manifest = v.InferOutput<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

export const formatManifest = (manifest: Manifest): string =>
  `${JSON.stringify(manifest, null, 2)}\n`

/** ERR_BACKUP_DAMAGED, also for a backup of a newer easycerts. */
export const parseManifest = (text: string): Manifest => {
  const parsed = v.safeParse(manifestSchema, parseJson(text))
  const files = parsed.success ? parsed.output.files : []
  const names = files.map(({ name }) => name)
  const isTooLarge = files.some(({ name, size }) => name === ENTRY.kek && size > MAX_KEK_OCTETS)
  const isWhole = names.includes(ENTRY.database) && new Set(names).size === names.length
  if (!parsed.success || !isWhole || isTooLarge)
    throw new EasycertsError('ERR_BACKUP_DAMAGED', 'the manifest of the backup is not understood', {
      hint: 'is it a backup of a newer easycerts? then restore it with that version',
    })
  return parsed.output
}

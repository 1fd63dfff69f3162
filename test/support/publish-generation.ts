import { join } from 'node:path'
import { type Publication, loadOwnerIds } from '@easycerts/adapters/files'

/** A set of three files in two directories, all bytes of which say which generation they are. */
export const generationOf = (folder: string, generation: string): Publication => ({
  set: 'apiserver',
  journalDirectory: join(folder, 'journal'),
  ids: loadOwnerIds('/', 1),
  files: [
    { path: join(folder, 'pki/ca/client-ca.crt'), content: `bundle ${generation}\n`, mode: 0o644 },
    { path: join(folder, 'pki/apiserver.key'), content: `key ${generation}\n`, mode: 0o600 },
    { path: join(folder, 'pki/apiserver.crt'), content: `leaf ${generation}\n`, mode: 0o644 },
  ],
})

export const directoriesOf = (folder: string): string[] => [
  join(folder, 'pki'),
  join(folder, 'pki/ca'),
]

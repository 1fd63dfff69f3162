import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll } from 'vitest'
import {
  type BackupIdentity,
  encryptTo,
  generateBackupIdentity,
  type Octets,
  type Recipient,
} from '../../apps/ca-server/src/backup/age.ts'
import { formatManifest, parseManifest } from '../../apps/ca-server/src/backup/manifest.ts'
import { readArchive } from '../../apps/ca-server/src/backup/read-archive.ts'
import { makeFolder } from '../support/ca-server-process.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'
import { mutateTar } from '../support/fuzz/mutate-tar.ts'
import { mutateOctets } from '../support/mutate-octets.ts'

describeFuzz(
  {
    parser: 'backup-manifest',
    mutate: mutateJson,
    parse: (input) => parseManifest(input.toString('utf8')),
    format: (manifest) => Buffer.from(formatManifest(manifest)),
  },
  ['value', 'ERR_BACKUP_DAMAGED'],
)

const folder = makeFolder()
const path = join(folder, 'ca.backup')
let age: { readonly identity: BackupIdentity; readonly recipient: Recipient }
beforeAll(async () => {
  age = await generateBackupIdentity()
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = () =>
  readArchive(path, [age.identity], async (_file, pieces) => {
    await buffer(pieces)
  })

// Only who knows the recipient, which is no secret, can write what opens.
describeFuzz(
  {
    parser: 'backup-archive',
    mutate: mutateTar,
    maxMicroseconds: 3_000_000,
    parse: async (tar) => {
      const plaintext = Readable.toWeb(Readable.from([tar])) as Octets
      writeFileSync(path, await buffer(await encryptTo([age.recipient], plaintext)))
      return read()
    },
  },
  ['ERR_BACKUP_DAMAGED the backup is damaged:', 'ERR_BACKUP_DAMAGED'],
)

describeFuzz(
  {
    parser: 'backup-ciphertext',
    mutate: (input, _other, random) => mutateOctets(input, random),
    maxMicroseconds: 3_000_000,
    parse: (ciphertext) => {
      writeFileSync(path, ciphertext)
      return read()
    },
    seeds: async () => {
      const plaintext = Readable.toWeb(Readable.from([Buffer.alloc(3000)])) as Octets
      return [await buffer(await encryptTo([age.recipient], plaintext))]
    },
  },
  ['ERR_BACKUP_DAMAGED', 'ERR_BACKUP_IDENTITY_WRONG'],
)

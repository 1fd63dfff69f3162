import { join } from 'node:path'

/** Everything in a data directory, by name. */
export const dataPaths = (directory: string) => ({
  directory,
  config: join(directory, 'ca-server.yaml'),
  database: join(directory, 'easycerts.db'),
  keys: join(directory, 'keys'),
  /** How the key-encryption key is kept; not the key itself. */
  keyProtection: join(directory, 'keys', 'protection.json'),
  sealedKek: join(directory, 'keys', 'kek.cred'),
  issuerKey: (issuerId: string) => join(directory, 'keys', `${issuerId}.pem`),
  /** For a root elsewhere. */
  requests: join(directory, 'requests'),
  issuerRequest: (issuerId: string) => join(directory, 'requests', `${issuerId}.csr`),
  /** Of changes of several files at once. */
  journals: join(directory, 'journals'),
  operatorSocket: join(directory, 'operator.sock'),
  lock: join(directory, 'lock'),
  /** When the last backup was made, and where it went. */
  lastBackup: join(directory, 'last-backup.json'),
})

export type DataPaths = ReturnType<typeof dataPaths>

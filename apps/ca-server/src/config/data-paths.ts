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
  operatorSocket: join(directory, 'operator.sock'),
  lock: join(directory, 'lock'),
})

export type DataPaths = ReturnType<typeof dataPaths>

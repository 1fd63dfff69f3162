import { createCfsslRemote, resolveAuthKey } from '@easycerts/adapters/cfssl-remote'
import { readSecretFile, readTextFile } from '@easycerts/adapters/files'
import { Secret } from '@easycerts/shared/encoding'
import type { LegacyAuthority } from '@easycerts/shared/legacy-certmgr'
import { pathOn } from '../disk/index.ts'
import type { CertmgrConfig } from '../config/index.ts'
import type { Remotes } from '../pass/index.ts'
import type { Surroundings } from './surroundings.ts'

/** Remotes as specs name them; files are read at each opening, for they may have been replaced. */
export const remotesOf = (
  { root, requestTimeout }: CertmgrConfig,
  surroundings: Omit<Surroundings, 'log'>,
): Remotes => {
  const { clock, signal, uid, environment = {} } = surroundings
  const pathOf = (path: string): string => pathOn({ root }, path)
  const clientOf = ({ client }: LegacyAuthority) =>
    client && {
      certificate: readTextFile(pathOf(client.certificate)),
      key: new Secret(readSecretFile(pathOf(client.key), uid)),
    }
  return {
    open: (authority) =>
      createCfsslRemote({
        remotes: authority.remotes,
        rootCa: authority.rootCa === undefined ? undefined : readTextFile(pathOf(authority.rootCa)),
        client: clientOf(authority),
        timeout: requestTimeout,
        clock,
        signal,
      }),
    authKeyOf: ({ authKey }) => resolveAuthKey(authKey, { environment, pathOf }),
  }
}

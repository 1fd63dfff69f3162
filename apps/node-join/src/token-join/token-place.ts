import type { OldCertmgr } from '@easycerts/adapters/old-certmgr'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  type LegacyAuthority,
  type LegacyRemote,
  type LegacySpec,
  parseLegacyRemote,
} from '@easycerts/shared/legacy-certmgr'

/** secretsPath of services.kubernetes in NixOS. */
const SECRETS = '/var/lib/kubernetes/secrets'
const TOKEN_FILE = 'apitoken.secret'

/** Where a token goes, and whom it is for. */
export interface TokenPlace {
  /** The file of the token, as the machine sees all paths here. */
  readonly secret: string
  /** Specs that are kept with this token. */
  readonly specs: readonly LegacySpec[]
  readonly authority: Pick<LegacyAuthority, 'remotes' | 'label' | 'profile' | 'client'>
  /** The CA by which certmgr knows its remote. */
  readonly rootCa: string
}

/**
 * By the specs of certmgr, or as easyCerts has it where there are none. ERR_CONFIG_INVALID if nothing
 * says where the CA is, ERR_USAGE for a `server` that is no address.
 */
export const findTokenPlace = (
  certmgr: Pick<OldCertmgr, 'specs'> | undefined,
  server: string | undefined,
): TokenPlace => {
  const withFile = (certmgr?.specs ?? []).filter(({ authority }) => keyFileOf(authority))
  const [first] = withFile.toSorted((one, other) => rank(one) - rank(other))
  const secret = first && keyFileOf(first.authority)
  const specs = withFile.filter(({ authority }) => keyFileOf(authority) === secret)
  const remotes = server === undefined ? first?.authority.remotes : [remoteOf(server)]
  if (remotes === undefined || remotes.length === 0)
    throw new EasycertsError('ERR_CONFIG_INVALID', 'nothing says where the CA is', {
      hint: 'give --ca-server https://MASTER:8888, or the configuration of certmgr with --certmgr-config',
    })
  return {
    secret: secret ?? `${SECRETS}/${TOKEN_FILE}`,
    specs,
    authority: {
      remotes,
      label: first?.authority.label ?? '',
      profile: first?.authority.profile ?? 'default',
      client: first?.authority.client,
    },
    rootCa: first?.authority.rootCa ?? `${SECRETS}/ca.pem`,
  }
}

const keyFileOf = ({ authKey }: LegacyAuthority): string | undefined =>
  authKey?.from === 'file' ? authKey.path : undefined

/** Beside other keys, the one that has easyCerts' name counts. */
const rank = ({ authority }: LegacySpec): number =>
  keyFileOf(authority)?.endsWith(`/${TOKEN_FILE}`) ? 0 : 1

const remoteOf = (text: string): LegacyRemote => {
  const remote = parseLegacyRemote(text)
  if (remote) return remote
  throw new EasycertsError('ERR_USAGE', '--ca-server is not the address of a CA', {
    hint: 'write https://MASTER:8888',
  })
}

import { EasycertsError } from '@easycerts/shared/errors'
import type { IssuerRow } from '../authority/index.ts'
import type { CaServerConfig, DataPaths } from '../config/index.ts'
import { fileIssuerKeys, type IssuerKeys } from '../key-store/index.ts'
import { isKeyUri } from '../key-store/pkcs11/key-uri.ts'
import type { CommandContext } from './command-context.ts'

export interface OpenedIssuerKeys {
  /** What opens the key that lies at a location of the records. */
  readonly at: (location: string) => IssuerKeys
  readonly close: () => void
}

/**
 * The places where the keys of these issuers lie. The token is opened only if one is in it.
 * ERR_CONFIG_INVALID where the configuration does not say which token that is.
 */
export const openIssuerKeys = async (
  context: CommandContext,
  {
    paths,
    secret,
    config,
  }: {
    readonly paths: DataPaths
    readonly secret: string | undefined
    readonly config: Pick<CaServerConfig, 'keys'>
  },
  rows: readonly Pick<IssuerRow, 'id' | 'keyLocation'>[],
): Promise<OpenedIssuerKeys> => {
  const files = fileIssuerKeys(paths, context.uid, secret)
  const inToken = rows.find(({ keyLocation }) => isKeyUri(keyLocation))
  if (!inToken) return { at: () => files, close: () => undefined }
  const { pkcs11 } = config.keys
  if (!pkcs11)
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      `${paths.config}: the key of ${inToken.id} is in a PKCS#11 token, and keys.pkcs11 is missing`,
      { hint: 'say module and tokenLabel, as "ca-server init" wrote them' },
    )
  const { openToken } = await import('./open-token.ts')
  const token = await openToken(context, pkcs11, { mayWrite: false })
  return {
    at: (location) => (isKeyUri(location) ? token : files),
    close: () => token.close(),
  }
}

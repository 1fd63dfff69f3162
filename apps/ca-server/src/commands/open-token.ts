import type { KeysConfig } from '../config/index.ts'
import { loadCryptoki, tokenIssuerKeys, TokenSession } from '../key-store/pkcs11/index.ts'
import type { CommandContext } from './command-context.ts'
import { obtainSecret } from './obtain-secret.ts'

/** Name of the systemd credential with the PIN: `LoadCredentialEncrypted=ca-server-pkcs11-pin:…`. */
const PIN_CREDENTIAL = 'ca-server-pkcs11-pin'

type TokenConfig = NonNullable<KeysConfig['pkcs11']>

/** The keys in the token that the configuration names. ERR_PKCS11_…, ERR_PASSPHRASE_REQUIRED. */
export const openToken = async (
  context: CommandContext,
  { module, tokenLabel, pinFile }: TokenConfig,
  { mayWrite }: { readonly mayWrite: boolean },
): Promise<ReturnType<typeof tokenIssuerKeys>> => {
  const cryptoki = await loadCryptoki(module)
  const pin = await obtainSecret(context, {
    file: pinFile,
    credential: PIN_CREDENTIAL,
    prompt: 'token',
    missing: `token "${tokenLabel}" wants a PIN, and there is no terminal to ask at`,
  })
  const session = new TokenSession(cryptoki, {
    label: tokenLabel,
    pin,
    mayWrite,
    clock: context.clock,
  })
  return tokenIssuerKeys(session, context.random)
}

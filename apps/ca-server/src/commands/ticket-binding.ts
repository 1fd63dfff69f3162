import { readTextFile } from '@easycerts/adapters/files'
import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { parsePublicKey, pinOfSpki } from '@easycerts/shared/key'
import { parseCertificateRequest } from '@easycerts/shared/x509'

/** What a ticket may be bound to before anybody uses it. */
export interface BindingOptions {
  readonly keyPin?: string
  readonly publicKey?: string
  readonly csr?: string
}

/** As the server wants them. */
export interface TicketBinding {
  readonly keyPin?: string
  readonly requestSha256?: string
}

/**
 * The key or the request that alone may use a ticket. A request binds its key too, and its proof of
 * possession is checked here. ERR_USAGE, ERR_PEM_MALFORMED, ERR_CSR_MALFORMED and its like.
 */
export const bindingOf = ({ keyPin, publicKey, csr }: BindingOptions): TicketBinding => {
  if ([keyPin, publicKey, csr].filter((each) => each !== undefined).length > 1)
    throw new EasycertsError('ERR_USAGE', 'a ticket is bound to a pin, a key or a request, to one')
  if (keyPin !== undefined) return { keyPin: parsePin(keyPin) }
  if (publicKey !== undefined)
    return { keyPin: parsePublicKey(decodePem('PUBLIC KEY', readTextFile(publicKey))).pin }
  if (csr === undefined) return {}
  const request = parseCertificateRequest(readTextFile(csr))
  return { keyPin: pinOfSpki(request.publicKey.spki), requestSha256: sha256Hex(request.der) }
}

const parsePin = (text: string): string => {
  const pin = text.replace(/^sha256:/, '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(pin)) return pin
  throw new EasycertsError(
    'ERR_USAGE',
    'a pin is the SHA-256 of a public key, 64 hexadecimal digits',
    {
      hint: '"node-join request" on the machine prints it',
    },
  )
}

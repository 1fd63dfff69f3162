import {
  type ClientIdentity,
  createOperatorClient,
  createRemoteOperatorClient,
  type OperatorClient,
} from '@easycerts/adapters/ca-client'
import { readSecretFile } from '@easycerts/adapters/files'
import { decodePemBlocks, encodePem, Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

/** The server of this host by its socket, or with `--server` another one by an operator certificate. */
export const openOperatorClient = (
  { uid }: Pick<CommandContext, 'uid'>,
  { dataDirectory, server, identityFile }: GlobalOptions,
): OperatorClient => {
  if (server === undefined && identityFile === undefined)
    return createOperatorClient({ socketPath: dataPaths(dataDirectory).operatorSocket })
  if (server === undefined || identityFile === undefined || !/^https:\/\/[^/?#@\s]+$/.test(server))
    throw new EasycertsError(
      'ERR_USAGE',
      '--server and --identity-file go together: an https URL, and a PEM file',
      { hint: 'ca-server --server https://ca.example:7444 --identity-file op.pem ticket list' },
    )
  return createRemoteOperatorClient({ endpoint: server, ...readIdentity(identityFile, uid) })
}

/** Key, certificate, and the CA that vouches for the server, as "certificate issue" writes them. */
const readIdentity = (
  file: string,
  uid: number,
): { readonly identity: ClientIdentity; readonly anchorPem: string } => {
  const blocks = decodePemBlocks(readSecretFile(file, uid))
  const [key] = blocks.filter(({ label }) => label === 'PRIVATE KEY')
  const [own, ...authorities] = blocks.filter(({ label }) => label === 'CERTIFICATE')
  if (!key || !own || authorities.length === 0)
    throw new EasycertsError(
      'ERR_PEM_MALFORMED',
      `${file} holds no private key, certificate and CA certificate in this order`,
      { hint: 'cat operator.key operator.crt operator-ca.crt > op.pem; chmod 600 op.pem' },
    )
  return {
    identity: {
      certificatePem: encodePem('CERTIFICATE', own.der),
      keyPem: new Secret(encodePem('PRIVATE KEY', key.der)),
    },
    anchorPem: authorities.map(({ der }) => encodePem('CERTIFICATE', der)).join(''),
  }
}

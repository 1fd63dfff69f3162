import { resolve } from 'node:path'
import {
  loadPrepared,
  type PreparedRequest,
  savePrepared,
} from '@easycerts/adapters/identity-store'
import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { join } from 'node:path'
import type { CommandContext } from './command-context.ts'

export interface RequestOptions {
  readonly root: string
}

/**
 * `node-join request`: makes the key of the coming identity, once, and prints the request that a
 * ticket can be bound to. The join that follows uses both.
 */
export const runRequestCommand = async (
  { terminal, uid }: CommandContext,
  options: RequestOptions,
): Promise<void> => {
  const directory = join(resolve(options.root), NODE_PATHS.identityDirectory)
  const { csr, key } = loadPrepared(directory, uid) ?? (await prepare(directory))
  const keyPin = key.publicKey.pin
  const requestSha256 = sha256Hex(decodePem('CERTIFICATE REQUEST', csr))
  await terminal.result({ csr, keyPin, requestSha256 }, () =>
    [`key sha256:${keyPin}`, `request sha256:${requestSha256}`, csr.trimEnd()].join('\n'),
  )
}

const prepare = async (directory: string): Promise<PreparedRequest> => {
  const key = await generateSigningKey('ecdsa-p256')
  const prepared = { key, csr: buildCertificateRequest(key) }
  await savePrepared(directory, prepared)
  return prepared
}

import { resolve } from 'node:path'
import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { writeFileDurably } from '@easycerts/adapters/files'
import { verifySignedHead } from '@easycerts/shared/issuance-log'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface LogHeadOptions extends GlobalOptions {
  readonly out?: string
}

/** `ca-server log head`: the signed head of now, to be kept where nobody of this machine can change it. */
export const runLogHead = async (
  context: CommandContext,
  options: LogHeadOptions,
): Promise<void> => {
  const signed = await askHead(options)
  const { storeId, epoch, size, root, time } = signed.head
  const out = options.out === undefined ? undefined : resolve(options.out)
  if (out !== undefined) await writeFileDurably({ path: out, content: signed.text, mode: 0o644 })
  await context.terminal.result(
    { storeId, epoch, size, root: root.toString('base64'), time, text: signed.text },
    () => (out === undefined ? signed.text : `wrote the head of ${size} entries to ${out}`),
  )
}

/** The head that the running server signs. ERR_SERVER_NOT_RUNNING. */
export const askHead = async ({ dataDirectory }: GlobalOptions) => {
  const client = createOperatorClient({ socketPath: dataPaths(dataDirectory).operatorSocket })
  const { head, publicKey } = await client.call('logHead', {})
  return { ...verifySignedHead(head, Buffer.from(publicKey, 'base64url')), publicKey }
}

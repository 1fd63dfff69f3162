import { buildOpenApi } from '../openapi/index.ts'
import type { CommandContext } from './command-context.ts'

/** `ca-server api`: the HTTP contract of this version; needs no server. */
export const runApi = ({ terminal }: CommandContext, version: string): Promise<void> => {
  const document = buildOpenApi(version)
  return terminal.result(document, () => JSON.stringify(document, null, 2))
}

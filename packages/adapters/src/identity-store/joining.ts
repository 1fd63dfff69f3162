import { parseJson } from '@easycerts/shared/encoding'
import { join } from 'node:path'
import {
  clusterFactsSchema,
  nodeDescriptionSchema,
  nodeFactsSchema,
} from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { signedTrustSchema } from '@easycerts/shared/trust'
import * as v from 'valibot'
import {
  ensureDirectory,
  readTextFileIfAny,
  removeFileDurably,
  writeFileDurably,
} from '../files/index.ts'

/** A join under way: which ticket a key was made for, and the CA's answer once it has come. */
const joiningSchema = v.strictObject({
  version: v.literal(1),
  ticketId: v.string(),
  /** Of the key that the request is made with: it tells whether an identity is this join's. */
  keyPin: v.string(),
  answer: v.optional(
    v.strictObject({
      node: nodeFactsSchema,
      cluster: clusterFactsSchema,
      endpoints: v.array(v.string()),
      description: v.optional(nodeDescriptionSchema),
      /** PEM of the CA that the ticket pinned. */
      anchor: v.string(),
      /** Left out by an older CA. */
      trust: v.optional(signedTrustSchema),
    }),
  ),
})

export type Joining = v.InferOutput<typeof joiningSchema>

const pathIn = (directory: string): string => join(directory, 'joining.json')

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadJoining = (directory: string): Joining | undefined => {
  const path = pathIn(directory)
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(joiningSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of a join`, {
    hint: 'remove it and run node-join again',
  })
}

export const saveJoining = async (directory: string, joining: Joining): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  const content = `${JSON.stringify(joining, null, 2)}\n`
  await writeFileDurably({ path: pathIn(directory), content, mode: 0o600 })
}

export const removeJoining = async (directory: string): Promise<void> => {
  await removeFileDurably(pathIn(directory))
}

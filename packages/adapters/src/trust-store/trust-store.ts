import { join } from 'node:path'
import { parseJson } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  type AcceptedTrust,
  markOf,
  parseSignedTrust,
  placeOf,
  recallTrust,
  type TrustMark,
  trustMarkSchema,
} from '@easycerts/shared/trust'
import * as v from 'valibot'
import {
  ensureDirectory,
  readTextFileIfAny,
  removeFileDurably,
  writeFileDurably,
} from '../files/index.ts'

/** What a node remembers of its walk. */
export interface TrustMemory {
  /** Where it stands. Absent: it begins at the anchor. */
  readonly trust?: AcceptedTrust
  /** The furthest that it has been. */
  readonly mark?: TrustMark
  /** `trust` is all that it knows, and not older than the mark: bundles may be made of it. */
  readonly isCurrent: boolean
}

/** The newest trust document of a node, and the mark that notices when an older one is put back. */
export interface TrustStore {
  /** What is damaged counts as absent: whoever can damage a file can also remove it. */
  readonly load: () => TrustMemory
  /** Durable when it resolves; the document before the mark. The mark never goes back. */
  readonly save: (trust: AcceptedTrust) => Promise<void>
  /** For a node that joins a CA which has no trust documents. */
  readonly forget: () => Promise<void>
}

export interface TrustStoreOptions {
  /** The identity's. */
  readonly directory: string
  /** Another one, so that a copy of the identity put back does not take the mark along. */
  readonly markDirectory: string
}

export const openTrustStore = ({ directory, markDirectory }: TrustStoreOptions): TrustStore => {
  const path = join(directory, 'trust.json')
  const markPath = join(markDirectory, 'trust-mark.json')
  const load = (): TrustMemory => {
    const trust = readTrust(path)
    const mark = readMark(markPath)
    return {
      ...(trust ? { trust } : {}),
      ...(mark ? { mark } : {}),
      isCurrent: trust !== undefined && placeOf(trust, mark) === 'reached',
    }
  }
  return {
    load,
    save: async (trust) => {
      await write(directory, path, trust.signed)
      if (placeOf(trust, readMark(markPath)) === 'reached')
        await write(markDirectory, markPath, markOf(trust))
    },
    forget: async () => {
      await removeFileDurably(markPath)
      await removeFileDurably(path)
    },
  }
}

const write = async (directory: string, path: string, value: unknown): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  await writeFileDurably({ path, content: `${JSON.stringify(value, null, 2)}\n`, mode: 0o600 })
}

const readTrust = (path: string): AcceptedTrust | undefined => {
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  try {
    const step = recallTrust(parseSignedTrust(parseJson(text)))
    return step.kind === 'accepted' ? step.trust : undefined
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_TRUST_MALFORMED') return undefined
    throw error
  }
}

const readMark = (path: string): TrustMark | undefined => {
  const parsed = v.safeParse(trustMarkSchema, parseJson(readTextFileIfAny(path) ?? ''))
  return parsed.success ? parsed.output : undefined
}

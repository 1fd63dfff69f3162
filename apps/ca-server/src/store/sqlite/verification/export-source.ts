import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { parseSignedHead } from '@easycerts/shared/issuance-log'
import * as v from 'valibot'
import type { KeptHead, LogName } from './check-heads.ts'
import type { LogSource, StoredEntry } from './log-source.ts'

/** Last line of an export: the head of the entries before it, and the key that signed it. */
export const exportEndSchema = v.strictObject({ head: v.string(), publicKey: v.string() })

export interface ExportedLog extends LogSource {
  /** What the last line says, once all entries have been read. ERR_LOG_MALFORMED if it is missing. */
  readonly end: () => { readonly head: KeptHead; readonly log: LogName }
}

/** An export of a log: a line for each entry, its canonical text, then one with the head. */
export const logOfExport = (file: string): ExportedLog => {
  let end: v.InferOutput<typeof exportEndSchema> | undefined
  return {
    size: undefined,
    entries: async function* (): AsyncIterable<StoredEntry> {
      let sequence = 0
      for await (const line of linesOf(file)) {
        const parsed = line.startsWith('{"head":')
          ? v.safeParse(exportEndSchema, parseJson(line))
          : undefined
        if (parsed?.success) end = parsed.output
        else yield { text: line, sequence: ++sequence }
      }
    },
    end: () => {
      if (!end) throw new EasycertsError('ERR_LOG_MALFORMED', `${file} does not end with a head`)
      const { storeId, epoch } = parseSignedHead(end.head).head
      const publicKey = Buffer.from(end.publicKey, 'base64url')
      return { head: { name: file, text: end.head }, log: { storeId, epoch, publicKey } }
    },
  }
}

async function* linesOf(file: string): AsyncIterable<string> {
  const input = createReadStream(file)
  try {
    yield* createInterface({ input, crlfDelay: Infinity })
  } catch (error) {
    throw new EasycertsError('ERR_FILE_UNREADABLE', `${file} cannot be read: ${reasonOf(error)}`)
  } finally {
    input.destroy()
  }
}

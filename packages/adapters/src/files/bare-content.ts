import { Secret } from '@easycerts/shared/encoding'
import type { FileContent } from './file-spec.ts'

/** The text or the octets themselves. */
export const bareContent = (content: FileContent): string | Uint8Array =>
  content instanceof Secret ? content.reveal() : content

type Streamed = AsyncIterable<string> | Iterable<string>

/** Lends the content to a writer; the octets of a secret are wiped afterwards. */
export const lendContent = async (
  content: FileContent | Streamed,
  write: (bare: Uint8Array | Streamed) => Promise<void>,
): Promise<void> => {
  if (!(content instanceof Secret)) return write(content)
  const octets = Buffer.from(content.reveal())
  try {
    await write(octets)
  } finally {
    octets.fill(0)
  }
}

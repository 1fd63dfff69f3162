/** A ticket has at most 2,060 characters; more input than this is something else. */
const MAX_INPUT_OCTETS = 8 * 1024

/**
 * The first line that is not blank, with or without its end, and without blanks around it; an empty
 * text if there is none, undefined if it is too long. Reads no further: a pipe that stays open holds
 * nobody up.
 */
export const readFirstLine = async (
  input: AsyncIterable<Uint8Array>,
): Promise<string | undefined> => {
  let text = ''
  for await (const chunk of input) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.length > MAX_INPUT_OCTETS) return undefined
    if (/\S[^\n]*\n/.test(text)) break
  }
  return (text.trimStart().split('\n')[0] ?? '').trimEnd()
}

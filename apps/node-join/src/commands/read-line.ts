const MAX_LINE = 1024

/** What a person types, without the Enter; an empty text at the end of input. */
export const readLine = async (input: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = ''
  for await (const chunk of input) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.includes('\n') || text.length > MAX_LINE) break
  }
  return (text.split('\n')[0] ?? '').trim()
}

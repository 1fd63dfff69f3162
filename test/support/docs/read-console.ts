/** One command of a page, and what the page says it prints. */
export interface DocumentedCommand {
  /** Line of the page, from 1. */
  readonly line: number
  readonly command: string
  /** Shown output; undefined where the page shows none. A `…` stands for anything. */
  readonly output: string | undefined
}

const BLOCK = /^```console\n(.*?)^```$/gms

/**
 * The commands of a page's `console` blocks: `$ ` starts one, `> ` goes on with it, anything else is
 * its output.
 */
export const readConsole = (page: string): DocumentedCommand[] =>
  [...page.matchAll(BLOCK)].flatMap(({ 1: block = '', index }) =>
    readBlock(block, page.slice(0, index).split('\n').length + 1),
  )

const readBlock = (block: string, firstLine: number): DocumentedCommand[] => {
  const commands: { line: number; words: string[]; output: string[] }[] = []
  block
    .replace(/\n$/, '')
    .split('\n')
    .forEach((text, index) => {
      const last = commands.at(-1)
      if (text.startsWith('$ '))
        commands.push({ line: firstLine + index, words: [text.slice(2)], output: [] })
      else if (!last) throw new Error(`line ${firstLine + index} is the output of no command`)
      else if (text.startsWith('> ') && last.output.length === 0) last.words.push(text.slice(2))
      else last.output.push(text)
    })
  return commands.map(({ line, words, output }) => ({
    line,
    command: words.join('\n'),
    output: output.length === 0 ? undefined : output.join('\n'),
  }))
}

/** Whether what was printed is what the page shows. */
export const isAsShown = (shown: string, printed: string): boolean => {
  const pattern = shown
    .split('…')
    .map((text) => text.trim().split(/\s+/).map(escapePattern).join('\\s+'))
    .join('.*')
  return new RegExp(`^\\s*${pattern}\\s*$`, 's').test(printed)
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

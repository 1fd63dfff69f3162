export interface ReadDirective {
  readonly section: string
  readonly name: string
  readonly value: string
}

/** Directives of a unit file (systemd.syntax(7)): comments dropped, continued lines joined. */
export const readUnitText = (text: string): ReadDirective[] => {
  const directives: ReadDirective[] = []
  let [section, pending] = ['', '']
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (/^[#;]/.test(line)) continue
    if (line.endsWith('\\')) {
      pending += `${line.slice(0, -1)} `
      continue
    }
    const whole = (pending + line).trim()
    pending = ''
    const header = /^\[(.+)\]$/.exec(whole)?.[1]
    const equals = whole.indexOf('=')
    if (header !== undefined) section = header
    else if (equals > 0)
      directives.push({
        section,
        name: whole.slice(0, equals).trim(),
        value: whole.slice(equals + 1).trim(),
      })
  }
  return directives
}

const WORD = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g

/** Words of a command line, with quotes and escapes taken off; `%%` and `$$` are what they stand for. */
export const wordsOf = (command: string): string[] =>
  (command.match(WORD) ?? []).map((word) =>
    word
      .replace(
        /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g,
        (_, a?: string, b?: string) => a ?? b ?? '',
      )
      .replace(/\\x([0-9a-fA-F]{2})|\\(.)/g, (_, hex?: string, letter?: string) =>
        hex === undefined ? (letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
      )
      .replaceAll('%%', '%')
      .replaceAll('$$', '$'),
  )

import { readUnitText, wordsOf } from '@easycerts/units/stack-reading'

/** Flags of the command that a unit starts, by name without dashes, as programs in Go read them. */
export const flagsOfUnit = (text: string | undefined): ReadonlyMap<string, string> => {
  const commands = readUnitText(text ?? '').filter(({ name }) => name === 'ExecStart')
  const words = wordsOf(commands.at(-1)?.value ?? '')
  const flags = new Map<string, string>()
  for (const [index, word] of words.entries()) {
    const [, name, value] = /^--?([a-z][a-z-]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name !== undefined) flags.set(name, value ?? words[index + 1] ?? '')
  }
  return flags
}

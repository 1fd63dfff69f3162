/** The permission bits of a file, as text with a leading 0, and whether the old certmgr read others. */
export type LegacyMode =
  | { readonly mode: string; readonly warning?: string }
  | { readonly fault: string }

const MAX_MODE = 0o777

const BASES: readonly { readonly form: RegExp; readonly base: number }[] = [
  { form: /^0o?([0-7]+)$/i, base: 8 },
  { form: /^0x([0-9a-f]+)$/i, base: 16 },
  { form: /^0b([01]+)$/i, base: 2 },
]

/**
 * The old certmgr parsed with base 0 of Go's strconv, so '600' was the decimal number, mode 01130.
 * What can only have been meant as octal is taken so; what can be both is a fault.
 */
export const parseLegacyMode = (written: string): LegacyMode => {
  if (written.length > 16) return { fault: NOT_A_MODE }
  for (const { form, base } of BASES) {
    const [, digits] = form.exec(written) ?? []
    if (digits !== undefined) return inRange(Number.parseInt(digits, base))
  }
  if (!/^[1-9]\d*$/.test(written)) return { fault: NOT_A_MODE }
  return withoutZero(written)
}

const NOT_A_MODE = 'is not a file mode such as "0600"'

const withoutZero = (written: string): LegacyMode => {
  const decimal = Number(written)
  const octal = /^[0-7]{3}$/.test(written) ? Number.parseInt(written, 8) : undefined
  if (octal === undefined) {
    const read = inRange(decimal)
    return 'mode' in read
      ? { ...read, warning: `"${written}" is decimal: write "${read.mode}"` }
      : read
  }
  if (decimal <= MAX_MODE)
    return {
      fault: `is ${modeText(decimal)} to the old certmgr: write "${modeText(decimal)}" or "0${written}"`,
    }
  return {
    mode: modeText(octal),
    warning: `"${written}" was ${modeText(decimal)} to the old certmgr, and is 0${written} here: write "0${written}"`,
  }
}

const inRange = (mode: number): LegacyMode =>
  mode <= MAX_MODE ? { mode: modeText(mode) } : { fault: 'has more than the bits of 0777' }

const modeText = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`

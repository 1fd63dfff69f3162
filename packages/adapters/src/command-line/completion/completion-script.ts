import type { CommandForm } from '../command-form.ts'
import { bashCompletion } from './bash.ts'
import { completionTable, type CompletionTable } from './completion-table.ts'
import { fishCompletion } from './fish.ts'
import type { Shell } from './shells.ts'
import { zshCompletion } from './zsh.ts'

const WRITERS: Readonly<Record<Shell, (table: CompletionTable) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** A script that completes every command and option; it starts no program when it is used. */
export const completionScript = (shell: Shell, program: CommandForm): string =>
  WRITERS[shell](completionTable(program))

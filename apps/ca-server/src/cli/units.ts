import { registerUnits } from '@easycerts/adapters/units-command'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerNodeUnits = (
  program: Command,
  { terminal, clock, uid }: CommandContext,
): void => {
  registerUnits(program, {
    ...{ terminal, clock, uid },
    ownStack: () => {
      throw new EasycertsError('ERR_USAGE', 'no description of a cluster is given', {
        hint: 'name the file: --cluster FILE; docs/units.md has one to begin with',
      })
    },
  })
}

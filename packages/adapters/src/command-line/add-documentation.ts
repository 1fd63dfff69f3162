import { Argument, type Command } from 'commander'
import type { Terminal } from '../terminal/index.ts'
import { SHELLS, type Shell } from './completion/shells.ts'

/** Gives a program the commands that tell shells and man(1) all about it. */
export const addDocumentation = (program: Command, terminal: Terminal): void => {
  const name = program.name()
  program
    .command('completion')
    .description('print what makes a shell complete the commands and options of this program')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', examplesOfCompletion(name))
    .action(async (shell: Shell) => {
      const { commandForm } = await import('./command-form.ts')
      const { completionScript } = await import('./completion/completion-script.ts')
      const script = completionScript(shell, commandForm(program))
      await terminal.result({ shell, script }, () => script)
    })
  program
    .command('man')
    .description('print the manual page of this program, for man(1)')
    .addHelpText('after', examplesOfMan(name))
    .action(async () => {
      const { commandForm } = await import('./command-form.ts')
      const { manPage } = await import('./man-page.ts')
      const page = manPage(commandForm(program), program.version() ?? '')
      await terminal.result({ section: 8, page }, () => page)
    })
}

const examplesOfCompletion = (name: string): string => `
Examples:
  source <(${name} completion bash)
  ${name} completion bash > /etc/bash_completion.d/${name}
  ${name} completion zsh > /usr/local/share/zsh/site-functions/_${name}
  ${name} completion fish > ~/.config/fish/completions/${name}.fish`

const examplesOfMan = (name: string): string => `
Examples:
  ${name} man | man -l -
  ${name} man > /usr/local/share/man/man8/${name}.8`

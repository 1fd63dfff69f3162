import { resolveStacks } from './resolve-stacks.ts'
import type { NamedStack, UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units`: as one stream that `less` searches, each file under a line with its path. */
export const printStacks = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const stacks = resolveStacks(host, options)
  const [only, second] = stacks
  const value = only !== undefined && second === undefined ? resultOf(only) : allOf(stacks)
  await host.terminal.result(value, () => stacks.flatMap((each) => render(each, stacks)).join('\n'))
}

const resultOf = ({ node, stack: { files, units, warnings = [] } }: NamedStack) => ({
  node,
  files,
  units,
  warnings,
})

const allOf = (stacks: readonly NamedStack[]) => ({ nodes: stacks.map(resultOf) })

const render = ({ node, stack }: NamedStack, { length }: readonly NamedStack[]): string[] =>
  stack.files.map(
    ({ path, content }) => `# ==> ${length === 1 ? '' : `${node}: `}${path}\n${content}`,
  )

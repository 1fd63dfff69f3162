import { readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { reasonOf } from '@easycerts/shared/errors'
import { ensureDirectory, writeFileDurably } from '../files/index.ts'
import { resolveStacks } from './resolve-stacks.ts'
import type { NamedStack, UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units --out`: trees that can be copied to the roots of machines. */
export const writeDirectory = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const { terminal } = host
  const stacks = resolveStacks(host, options)
  const top = resolve(options.out ?? '.')
  const written = stacks.map((each) => ({
    node: each.node,
    directory: stacks.length === 1 ? top : join(top, each.node),
    files: each.stack.files.length,
    units: each.stack.units,
  }))
  for (const [index, { directory }] of written.entries()) {
    const stack = stacks[index]
    if (stack === undefined) continue
    const strangers = filesIn(directory).filter((path) => !hasFile(stack, `/${path}`))
    if (strangers.length > 0)
      terminal.warning(`${directory} holds what is not of ${stack.node}: ${some(strangers)}`)
    if (options.dryRun !== true) await writeBelow(directory, stack)
  }
  await terminal.result({ dryRun: options.dryRun === true, nodes: written }, () =>
    written
      .map(
        ({ node, directory, files, units }) =>
          `${node}: ${files} files ${options.dryRun === true ? 'would go' : 'are'} below ${directory}. Enable: ${units.join(' ')}`,
      )
      .join('\n'),
  )
}

const hasFile = ({ stack }: NamedStack, path: string): boolean =>
  stack.files.some((file) => file.path === path)

const writeBelow = async (directory: string, { stack }: NamedStack): Promise<void> => {
  for (const { path, content, mode } of stack.files) {
    const target = join(directory, path)
    await ensureDirectory(dirname(target), 0o755)
    await writeFileDurably({ path: target, content, mode })
  }
}

const filesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return []
    throw error
  }
}

const MOST_NAMED = 5

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`

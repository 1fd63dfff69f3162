import { dirname, join, resolve } from 'node:path'
import { ensureDirectory, writeFileDurably } from '../files/index.ts'
import { pack } from '../tar/index.ts'
import { resolveStacks } from './resolve-stacks.ts'
import type { NamedStack, UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units --tar`: the same stacks make the same octets. */
export const writeTar = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const stacks = resolveStacks(host, options)
  const path = resolve(options.tar ?? '')
  const entries = stacks.flatMap((each) => entriesOf(each, stacks.length > 1 ? each.node : ''))
  const content = await archiveOf(entries)
  if (options.dryRun !== true) {
    await ensureDirectory(dirname(path), 0o755)
    await writeFileDurably({ path, content, mode: 0o644 })
  }
  const nodes = stacks.map(({ node, stack: { files, units } }) => ({
    node,
    files: files.length,
    units,
  }))
  await host.terminal.result({ path, octets: content.length, nodes }, () =>
    [
      `${entries.length} files ${options.dryRun === true ? 'would be' : 'are'} in ${path}; "tar -x -p -C / -f" puts them in place.`,
      ...nodes.map(({ node, units }) => `${node}: enable ${units.join(' ')}`),
    ].join('\n'),
  )
}

interface Entry {
  readonly name: string
  readonly content: string
  readonly mode: number
  readonly uname: string
}

const entriesOf = ({ stack }: NamedStack, folder: string): Entry[] =>
  stack.files.map(({ path, content, mode, owner = 'root' }) => ({
    name: join(folder, path).replace(/^\//, ''),
    content,
    mode,
    uname: owner,
  }))

const archiveOf = async (entries: readonly Entry[]): Promise<Buffer> => {
  const tar = pack()
  for (const { name, content, mode, uname } of entries)
    tar.entry({ name, mode, uname, gname: uname, uid: 0, gid: 0, mtime: new Date(0) }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

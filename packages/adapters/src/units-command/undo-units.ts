import { lastInstallation, undoInstallation } from '../stack-installation/index.ts'
import { targetOf } from './target-of.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units --undo`: one installation back. */
export const undoUnits = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const { terminal } = host
  const machine = targetOf(host, options)
  const dryRun = options.dryRun === true
  const undone = dryRun
    ? lastInstallation(machine)
    : await undoInstallation(machine, { force: options.force === true })
  const files = undone.files.map(({ path, before }) => ({
    path,
    action: before === null ? 'remove' : 'restore',
  }))
  const { node, at, number } = undone
  await terminal.result({ node, installedAt: at, dryRun, files, earlier: number - 1 }, async () =>
    [
      await terminal.table(
        ['ACTION', 'PATH'],
        files.map(({ action, path }) => [action, path]),
      ),
      '',
      dryRun
        ? `The installation of ${node} at ${at} would be undone.`
        : `The installation of ${node} at ${at} is undone; ${number - 1} earlier ones can be. Services that run go on until they are stopped.`,
    ].join('\n'),
  )
}

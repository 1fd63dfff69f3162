import { EasycertsError } from '@easycerts/shared/errors'
import {
  installStack,
  type InstallationPlan,
  isNothing,
  planInstallation,
} from '../stack-installation/index.ts'
import type { Terminal } from '../terminal/index.ts'
import { resolveStack } from './resolve-stacks.ts'
import { targetOf } from './target-of.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units --install`. ERR_ACTION_FAILED where the files are in place and systemd did not follow. */
export const installUnits = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const { terminal } = host
  const { node, stack } = resolveStack(host, options)
  const machine = targetOf(host, options)
  const force = options.force === true
  const dryRun = options.dryRun === true
  const { plan, failures } = dryRun
    ? { plan: planInstallation(machine, stack), failures: [] }
    : await installStack(machine, { node, stack, force })
  if (host.uid !== 0) terminal.warning('not root: files stay with the user that runs this')
  const changes = changesOf(plan)
  const { enable, disable } = plan
  await terminal.result({ node, dryRun, changes, enable, disable, failures }, async () =>
    isNothing(plan)
      ? `${node}: everything is in place already.`
      : [await tableOf(terminal, plan), '', lastWords(node, dryRun)].join('\n'),
  )
  const [first] = failures
  if (first !== undefined)
    throw new EasycertsError('ERR_ACTION_FAILED', `the files are in place, but ${first}`)
}

const changesOf = ({ changes }: InstallationPlan) =>
  changes
    .filter(({ action }) => action !== 'keep')
    .map(({ path, action, isForeign, after }) => ({
      path,
      action,
      changedBySomebody: isForeign,
      mode: after?.mode.toString(8).padStart(4, '0') ?? '-',
      owner: after === undefined ? '-' : (after.owner ?? 'root'),
    }))

const tableOf = (terminal: Terminal, plan: InstallationPlan): Promise<string> =>
  terminal.table(
    ['ACTION', 'OWNER', 'MODE', 'WHAT'],
    [
      ...changesOf(plan).map(({ action, owner, mode, path, changedBySomebody }) => [
        changedBySomebody ? `${action}, changed by somebody` : action,
        owner,
        mode,
        path,
      ]),
      ...plan.enable.map((unit) => ['enable', '-', '-', unit]),
      ...plan.disable.map((unit) => ['disable', '-', '-', unit]),
    ],
  )

const lastWords = (node: string, dryRun: boolean): string =>
  dryRun
    ? 'Nothing was changed.'
    : `${node} is in place, and starts so at the next boot; "systemctl start kubernetes.target" starts it now. "units --undo" puts everything back.`

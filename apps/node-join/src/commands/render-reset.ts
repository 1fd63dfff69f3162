import type { Terminal } from '@easycerts/adapters/terminal'
import type { ResetReport } from '../run-reset.ts'

/** For people: what went, what stays and why, and what the node cannot do itself. */
export const renderReset = async (
  { node, removed, kept, units }: ResetReport,
  terminal: Terminal,
  isDryRun: boolean,
): Promise<string> => {
  if (removed.length === 0 && kept.length === 0) return 'Nothing has joined here: nothing to undo.'
  const tense = isDryRun ? 'would be ' : ''
  return [
    ...(units.length === 0
      ? []
      : [`Services ${tense}stopped and disabled: ${units.join(' ')}`, '']),
    `Files ${tense}removed: ${removed.length}`,
    ...removed.map((path) => `  ${path}`),
    ...(kept.length === 0
      ? []
      : [
          '',
          await terminal.table(
            ['KEPT', 'WHY'],
            kept.map(({ path, reason }) => [path, reason]),
          ),
        ]),
    ...(isDryRun ? [] : ['', ...remainders(node)]),
  ].join('\n')
}

const remainders = (node: string): string[] => [
  'What is left to do elsewhere:',
  `  on the CA host:  ca-server node remove ${node}`,
  `  in the cluster:  kubectl delete node ${node}`,
  '  here:            reboot, which ends containers that still run',
]

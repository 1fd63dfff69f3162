import { unifiedDiff } from '@easycerts/units/unified-diff'
import { ExitStatus } from '../command-line/index.ts'
import { type InstallationPlan, isNothing, planInstallation } from '../stack-installation/index.ts'
import { resolveStack } from './resolve-stacks.ts'
import { targetOf } from './target-of.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

type Change = InstallationPlan['changes'][number]

/** `units --diff`: what `--install` would change, for people and for patch(1). Exit code 1 if anything. */
export const showDifferences = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const { node, stack } = resolveStack(host, options)
  const plan = planInstallation(targetOf(host, options), stack)
  const changes = plan.changes.filter(({ action }) => action !== 'keep')
  const files = changes.map((change) => ({
    path: change.path,
    action: change.action,
    changedBySomebody: change.isForeign,
    ...modesOf(change),
    diff: diffOf(change),
  }))
  const { enable, disable } = plan
  await host.terminal.result({ node, same: isNothing(plan), files, enable, disable }, () =>
    [
      ...changes.map(render),
      ...enable.map((unit) => `unit ${unit} is to be enabled\n`),
      ...disable.map((unit) => `unit ${unit} is to be disabled\n`),
    ].join(''),
  )
  if (!isNothing(plan)) throw new ExitStatus(1)
}

/** What patch(1) does not know stands before the diff, where it looks for nothing. */
const render = (change: Change): string => {
  const { mode } = modesOf(change)
  const notes = [
    ...(change.isForeign
      ? [`${change.path} was changed by somebody since it was installed\n`]
      : []),
    ...(mode === undefined ? [] : [`${change.path} has mode ${mode.before}, not ${mode.after}\n`]),
  ]
  const diff = diffOf(change)
  return diff === '' && notes.length === 0
    ? `${change.path} has another owner\n`
    : `${notes.join('')}${diff}`
}

const diffOf = ({ path, before, after }: Change): string =>
  unifiedDiff(path, before?.bytes.toString('utf8'), after?.content)

const modesOf = ({ before, after }: Change) =>
  before === undefined || after === undefined || before.mode === after.mode
    ? {}
    : { mode: { before: octal(before.mode), after: octal(after.mode) } }

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

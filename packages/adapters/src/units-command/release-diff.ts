import { EasycertsError } from '@easycerts/shared/errors'
import { parseRelease } from '@easycerts/units/description'
import { nameOf, type ReleaseChanges, releaseChanges } from '@easycerts/units/explanation'
import { ExitStatus } from '../command-line/index.ts'
import { readDescription, stacksOf } from './resolve-stacks.ts'
import type { UnitsHost } from './units-host.ts'
import type { ReleaseDiffOptions } from './units-options.ts'

interface NodeChanges extends ReleaseChanges {
  readonly node: string
}

/** `units diff --from --to`: exit code 1 where the releases make a difference. */
export const runReleaseDiff = async (
  host: UnitsHost,
  options: ReleaseDiffOptions,
): Promise<void> => {
  if (options.cluster === undefined)
    throw new EasycertsError('ERR_USAGE', 'no description is given', {
      hint: 'name the file: --cluster FILE',
    })
  const [from, to] = [parseRelease(options.from), parseRelease(options.to)]
  const [before, after] = [from, to].map((release) =>
    stacksOf(readDescription(options, release), options),
  )
  const nodes = (before ?? []).flatMap(({ node, stack }): NodeChanges[] => {
    const fresh = after?.find((each) => each.node === node)?.stack
    if (fresh === undefined) return []
    return [{ node, ...releaseChanges({ release: from, stack }, { release: to, stack: fresh }) }]
  })
  await host.terminal.result({ from, to, nodes }, () =>
    nodes.map((changes) => render(changes, from, to)).join('\n\n'),
  )
  if (nodes.some(({ files }) => files.length > 0)) throw new ExitStatus(1)
}

const render = ({ node, files, settings }: NodeChanges, from: string, to: string): string =>
  [
    `# ==> ${node}: ${from} to ${to}, ${files.length} files, ${settings.length} settings`,
    ...settings.map((setting) => `#   ${describe(setting)}`),
    ...files.map(({ diff }) => diff.trimEnd()),
  ].join('\n')

const describe = (setting: ReleaseChanges['settings'][number]): string => {
  const { before, after, reason, source } = setting
  const change =
    before === undefined
      ? `added with ${after ?? ''}`
      : after === undefined
        ? `gone, was ${before}`
        : `${before} becomes ${after}`
  return `${nameOf(setting)} ${change}: ${reason}${source === undefined ? '' : ` (${source})`}`
}

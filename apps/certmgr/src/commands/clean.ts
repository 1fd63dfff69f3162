import { dirname } from 'node:path'
import { dissolveLinks, loadOwnerIds, removeFileDurably } from '@easycerts/adapters/files'
import { lockIdentity } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import { type FoundFile, filesOfSpec, pathOn, type Place } from '../disk/index.ts'
import { loadAllSpecs, pathsOf, type SourcedSpec } from '../specs/index.ts'
import { forgetSpec, statePaths } from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf } from './config-of.ts'

/** EX_TEMPFAIL: something was left. */
const LEFT = 75

/**
 * `certmgr clean [NAME…]`: removes what certmgr has published and kept for specs, and nothing that
 * it could not have written; 75 if something is left. ERR_USAGE without --yes, with what it would do;
 * ERR_SERVER_RUNNING while the daemon would put it back.
 */
export const runClean = async (
  context: CommandContext,
  options: GlobalOptions,
  names: readonly string[],
): Promise<number> => {
  const { terminal, clock, uid } = context
  const config = configOf(context, options)
  const specs = chosen(
    loadAllSpecs(config).files.map(({ spec }) => spec),
    names,
  )
  const lock = await lockIdentity(config.identity, clock)
  try {
    const place = { root: config.root, ids: loadOwnerIds(config.root, uid) }
    const cleared = specs.filter((spec) =>
      filesOfSpec(place, spec).every(({ objection }) => objection === undefined),
    )
    const found = specs.flatMap((spec) => filesOfSpec(place, spec))
    const ours = found.filter(({ objection }) => objection === undefined)
    const kept = found.filter(({ objection }) => objection !== undefined)
    if (options.yes !== true) {
      await tell(context, 'would be removed', ours, kept)
      throw new EasycertsError('ERR_USAGE', 'nothing was removed', { hint: 'give --yes to do it' })
    }
    for (const spec of specs) await removeLinks(place, spec)
    for (const { path } of ours) await removeFileDurably(path)
    for (const { name } of cleared) await forgetSpec(statePaths(config.state).generations, name)
    await tell(context, 'removed', ours, kept)
    for (const { path, objection = '' } of kept)
      terminal.warning(`${path} is left: it ${objection}`)
    return kept.length === 0 ? 0 : LEFT
  } finally {
    await lock.release()
  }
}

/** Of a spec that is published by a link; its files stay, and are removed as such. */
const removeLinks = async (place: Place, spec: SourcedSpec): Promise<void> => {
  const directories = new Set(pathsOf(spec).map((path) => dirname(pathOn(place, path))))
  for (const directory of directories) await dissolveLinks({ directory, name: spec.name })
}

const chosen = (specs: readonly SourcedSpec[], names: readonly string[]): SourcedSpec[] => {
  const unknown = names.find((name) => !specs.some((spec) => spec.name === name))
  if (unknown !== undefined)
    throw new EasycertsError('ERR_USAGE', `there is no spec "${unknown.slice(0, 80)}"`, {
      hint: `the specs are ${specs.map(({ name }) => name).join(', ') || 'none'}`,
    })
  return specs.filter(({ name }) => names.length === 0 || names.includes(name))
}

const tell = (
  { terminal }: CommandContext,
  what: string,
  ours: readonly FoundFile[],
  kept: readonly FoundFile[],
): Promise<void> =>
  terminal.result({ removed: ours.map(({ path }) => path), left: kept }, () =>
    ours.length === 0 ? `nothing ${what}` : ours.map(({ path }) => `${what}: ${path}`).join('\n'),
  )

import {
  describeLife,
  type ExplainedSetting,
  explainSetting,
  nameOf,
} from '@easycerts/units/explanation'
import { resolveStacks } from './resolve-stacks.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/** `units --explain`: of every component that has such a flag or field. */
export const explainFlag = async (host: UnitsHost, options: UnitsOptions): Promise<void> => {
  const settings = explainSetting(options.explain ?? '', resolveStacks(host, options))
  await host.terminal.result({ settings }, () => settings.map(render).join('\n\n'))
}

const render = (setting: ExplainedSetting): string =>
  [
    nameOf(setting),
    `  why      ${setting.why ?? 'the description sets it; no row of the tables tells more'}`,
    `  releases ${describeLife(setting) || 'every release that we know'}`,
    `  source   ${setting.source ?? 'the description'}`,
    ...(setting.values.length === 0
      ? ['  value    not set here']
      : setting.values.map(
          ({ node, where, value }) => `  value    ${value}   (${node}, ${where})`,
        )),
  ].join('\n')

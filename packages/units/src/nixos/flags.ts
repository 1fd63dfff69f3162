import type { ConfiguredComponent } from '../description/index.ts'
import { isWithin, type ReleaseRange } from '../description/index.ts'
import type { NixosFacts } from './nixos-facts.ts'

type FlagValue = string | number | boolean | undefined

/** Without a value it is left out; a name alone stands alone, as NixOS writes it. */
export type NixosFlag =
  | readonly [name: string]
  | readonly [name: string, value: FlagValue, releases?: ReleaseRange]

const render = (facts: NixosFacts, flag: NixosFlag): string[] => {
  const [name, value, releases = {}] = flag
  if (flag.length === 1) return [`--${name}`]
  return value === undefined || !isWithin(facts.description.release, releases)
    ? []
    : [`--${name}=${String(value)}`]
}

/** The words of a command line: our rows, then `extraOpts`, then what the cluster adds. */
export const commandWords = (
  facts: NixosFacts,
  component: ConfiguredComponent,
  flags: readonly NixosFlag[],
  extraOpts: readonly string[] = [],
): string[] => [
  ...flags.flatMap((flag) => render(facts, flag)),
  ...extraOpts,
  ...Object.entries(facts.description.settings[component].extraFlags).map(
    ([name, value]) => `--${name}=${String(value)}`,
  ),
]

/** `Name=true,Other=false`; an option that is left out is the cluster's. */
export const featureGates = (
  { description }: NixosFacts,
  own: Readonly<Record<string, boolean>> | undefined,
): string | undefined => {
  const gates = Object.entries(own ?? description.featureGates)
  return gates.length === 0
    ? undefined
    : gates.map(([name, isOn]) => `${name}=${String(isOn)}`).join(',')
}

/** A list that is empty is left out; NixOS writes some of its flags with nothing behind them. */
export const list = (values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : values.join(',')

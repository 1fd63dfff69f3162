import { EasycertsError } from '@easycerts/shared/errors'
import { type ComponentWithFlags, judgeFlag } from '../facts/index.ts'
import { type Flag, flagsOfVersion } from './flag.ts'
import type { StackFacts } from './stack-facts.ts'

type Flags = ReadonlyMap<string, string>

/** Lists to which an operator adds: what we put there must stay. */
const LISTS: readonly string[] = ['enable-admission-plugins']

/** `--name=value` of each flag of a release, with those of the operator; none that it would refuse. */
export const argumentsOf = (
  facts: StackFacts,
  component: ComponentWithFlags,
  flags: readonly Flag[],
): string[] => {
  const own: Flags = new Map(flagsOfVersion(facts.minor, flags))
  const all = new Map([...own, ...extraFlags(facts, component, own)])
  return [...all].map(([name, value]) => {
    refuseUnfit(facts, component, name)
    return `--${name}=${value}`
  })
}

const extraFlags = (
  { description }: StackFacts,
  component: ComponentWithFlags,
  own: Flags,
): [string, string][] =>
  Object.entries(description.settings[component].extraFlags).map(([written, value]) => {
    const name = written.replaceAll('_', '-')
    const ours = LISTS.includes(name) ? own.get(name) : undefined
    return [name, ours === undefined ? String(value) : `${ours},${String(value)}`]
  })

/** The last guard, behind the rules of a description: a component ends at once over such a flag. */
const refuseUnfit = (
  { description: { release } }: StackFacts,
  component: ComponentWithFlags,
  name: string,
): void => {
  const verdict = judgeFlag(release, component, name)
  if (verdict === 'removed' || verdict === 'not yet')
    throw new EasycertsError('ERR_INTERNAL', `--${name} of ${component} ${release}: ${verdict}`)
}

import { nearestWord } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Fact } from '../facts/index.ts'
import type { NodeStack } from '../stack/index.ts'
import { readStack } from '../stack-reading/index.ts'
import { factOf, SETTING_NAMES, type Setting, settingsNamed } from './fact-of.ts'
import { settingsOf, type ValuedSetting } from './settings-of.ts'

export interface ExplainedSetting extends Setting, Partial<Fact> {
  /** What it is on each node that has it. */
  readonly values: readonly {
    readonly node: string
    readonly where: string
    readonly value: string
  }[]
}

interface NodeWithStack {
  readonly node: string
  readonly stack: NodeStack
}

/**
 * Why a flag or a field is there, by every component that has one of that name. ERR_USAGE, with the
 * name that may have been meant, where neither the tables nor these stacks know it.
 */
export const explainSetting = (
  name: string,
  stacks: readonly NodeWithStack[],
): ExplainedSetting[] => {
  const known = settingsNamed(name)
  const found = stacks.flatMap(({ node, stack }) =>
    settingsOf(readStack(stack))
      .filter((setting) => isNamed(setting, name))
      .map((setting) => ({ node, setting })),
  )
  const settings = unique([...known, ...found.map(({ setting }) => setting)])
  if (settings.length === 0) throw unknown(name)
  return settings.map(({ kind, of, name: full }) => ({
    kind,
    of,
    name: full,
    ...factOf({ kind, of, name: full }),
    values: found
      .filter(({ setting }) => isSame(setting, { kind, of, name: full }))
      .map(({ node, setting: { where, value } }) => ({ node, where, value })),
  }))
}

/** `since 1.10, deprecated since 1.24` and so on; what holds for every release says nothing. */
export const describeLife = ({ since, deprecated, removed, replacement }: Partial<Fact>): string =>
  [
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(deprecated === undefined ? [] : [`deprecated since ${deprecated}`]),
    ...(removed === undefined ? [] : [`removed in ${removed}`]),
    ...(replacement === undefined ? [] : [`in its place: ${replacement}`]),
  ].join(', ')

/** A name with its release, for messages. */
export const nameOf = ({ kind, of, name }: Setting): string =>
  kind === 'flag' ? `--${name} of ${of}` : `${name} of ${of}`

export const isSame = (a: Setting, b: Setting): boolean =>
  a.kind === b.kind && a.of === b.of && a.name === b.name

const isNamed = ({ kind, name }: ValuedSetting, asked: string): boolean => {
  const plain = asked.replace(/^--?/, '').split('=')[0] ?? ''
  return kind === 'flag'
    ? name.replaceAll('_', '-') === plain.replaceAll('_', '-')
    : name === plain || name.endsWith(`.${plain}`) || name.startsWith(`${plain}.`)
}

const unique = (settings: readonly Setting[]): Setting[] =>
  settings.filter((each, index) => settings.findIndex((other) => isSame(each, other)) === index)

const unknown = (name: string): EasycertsError => {
  const meant = nearestWord(name.replace(/^--?/, ''), SETTING_NAMES)
  return new EasycertsError('ERR_USAGE', `no component has "${name.slice(0, 80)}"`, {
    hint:
      meant === undefined ? 'write a flag, or a field of a configuration' : `is ${meant} meant?`,
  })
}

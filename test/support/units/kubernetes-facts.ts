import { readFileSync } from 'node:fs'

const fixture = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/kubernetes/${name}`, import.meta.url), 'utf8'),
  ) as unknown

type Status = 'current' | 'deprecated'
type ByComponent = Readonly<Record<string, Readonly<Record<string, Status>> | undefined>>

const { flags: helpOf } = fixture('flags.json') as { flags: Readonly<Record<string, ByComponent>> }
const { flags: genericFlags } = fixture('apiserver-generic-flags.json') as {
  flags: Readonly<Record<string, readonly string[]>>
}
const { fields } = fixture('config-fields.json') as {
  fields: Readonly<Record<string, Record<string, Record<string, readonly string[]>>>>
}

export type Release = '1.20.2' | '1.36.2'

/** `--name=value` → `name`; anything else is itself, which no component knows. */
const nameOf = (argument: string): string => /^--([^=]+)=/.exec(argument)?.[1] ?? argument

/** Arguments that a release of a component would refuse to start with. */
export const unknownFlags = (component: string, release: Release, args: readonly string[]) =>
  args.filter((argument) => helpFor(component, release)[nameOf(argument)] === undefined)

export const deprecatedFlags = (component: string, release: Release, args: readonly string[]) =>
  args.filter((argument) => helpFor(component, release)[nameOf(argument)] === 'deprecated')

export const hasHelp = (component: string, release: Release): boolean =>
  helpOf[release]?.[component] !== undefined

const helpFor = (component: string, release: Release): Readonly<Record<string, Status>> => {
  const help = helpOf[release]?.[component]
  if (help === undefined) throw new Error(`no facts on ${component} ${release}`)
  return help
}

/** Of the flags that some version's sources register, those that this version's do not. */
export const genericFlagsMissing = (minor: string, args: readonly string[]): string[] => {
  const everKnown = new Set(Object.values(genericFlags).flat())
  return args
    .map(nameOf)
    .filter((name) => everKnown.has(name) && !genericFlags[minor]!.includes(name))
}

/** Fields of an object that a struct of this version lacks. */
export const unknownFields = (
  kind: string,
  minor: string,
  struct: string,
  value: object,
): string[] => {
  const known = fields[kind]?.[minor]?.[struct]
  if (known === undefined) throw new Error(`no facts on ${struct} ${minor}`)
  return Object.keys(value).filter((name) => !known.includes(name))
}

/** Every name in a component's help of a release, with what the help says of it. */
export const helpOfComponent = (
  component: string,
  release: Release,
): Readonly<Record<string, Status>> | undefined => helpOf[release]?.[component]

/** Whether the sources of a minor release register a generic flag; undefined: they never speak of it. */
export const registersGenericFlag = (minor: string, name: string): boolean | undefined => {
  const everKnown = Object.values(genericFlags).some((names) => names.includes(name))
  return everKnown ? genericFlags[minor]?.includes(name) : undefined
}

export const GENERIC_RELEASES = Object.keys(genericFlags)

/** The structs of a configuration kind by release. */
export const structsOf = (kind: string) => fields[kind] ?? {}

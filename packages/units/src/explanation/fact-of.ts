import {
  type ComponentWithFlags,
  type Fact,
  FIELD_FACTS,
  FLAG_FACTS,
  factOfField,
  factOfFlag,
  type KindWithFields,
} from '../facts/index.ts'

/** A flag of a component, or a field of a configuration of some kind. */
export interface Setting {
  readonly kind: 'flag' | 'field'
  /** 'kubelet', or 'KubeletConfiguration'. */
  readonly of: string
  /** A flag without its dashes; the path of a field. */
  readonly name: string
}

export const factOf = ({ kind, of, name }: Setting): Fact | undefined => {
  if (kind === 'flag') return hasFlags(of) ? factOfFlag(of, name) : undefined
  return hasFields(of) ? nearestField(of, name) : undefined
}

/** A field that has no row of its own is explained by the one that it is in. */
const nearestField = (kind: KindWithFields, path: string): Fact | undefined =>
  factOfField(kind, path) ??
  (path.includes('.') ? nearestField(kind, path.slice(0, path.lastIndexOf('.'))) : undefined)

/** Every setting of that name which some component has; of a field its last word is enough. */
export const settingsNamed = (name: string): Setting[] => {
  const plain = name.replace(/^--?/, '').split('=')[0] ?? ''
  const flag = plain.replaceAll('_', '-')
  return [
    ...Object.entries(FLAG_FACTS)
      .filter(([, table]) => Object.hasOwn(table, flag))
      .map(([of]) => ({ kind: 'flag', of, name: flag }) as const),
    ...Object.entries(FIELD_FACTS).flatMap(([of, table]) =>
      Object.keys(table)
        .filter((path) => path === plain || path.endsWith(`.${plain}`))
        .map((path) => ({ kind: 'field', of, name: path }) as const),
    ),
  ]
}

export const SETTING_NAMES: readonly string[] = [
  ...new Set([...Object.values(FLAG_FACTS), ...Object.values(FIELD_FACTS)].flatMap(Object.keys)),
]

const hasFlags = (of: string): of is ComponentWithFlags => Object.hasOwn(FLAG_FACTS, of)
const hasFields = (of: string): of is KindWithFields => Object.hasOwn(FIELD_FACTS, of)

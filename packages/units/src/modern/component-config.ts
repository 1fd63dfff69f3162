import type { ConfiguredComponent } from '../description/index.ts'
import type { StackFacts } from './stack-facts.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands below a key in both is merged; anything else is the operator's. */
const merge = (own: Fields, extra: Fields): Fields =>
  Object.fromEntries([
    ...Object.entries(own),
    ...Object.entries(extra).map(([key, value]) => {
      const ours = own[key]
      return [key, isFields(ours) && isFields(value) ? merge(ours, value) : value] as const
    }),
  ])

/** Our fields and those of the operator. */
export const withSettings = (
  { description }: StackFacts,
  component: ConfiguredComponent,
  own: Fields,
): object => merge(own, description.settings[component].config)

/** Nothing where a map is empty, so that a file shows only what somebody wanted. */
export const unlessEmpty = (name: string, value: Fields | readonly unknown[]): Fields =>
  Object.keys(value).length === 0 ? {} : { [name]: value }

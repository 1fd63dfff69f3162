import { type Component, COMPONENT_UNITS } from '../layout/index.ts'
import type { Action } from './action.ts'

/** Components whose units come first, for the others cannot do without them. */
export const FIRST_COMPONENTS: readonly Component[] = ['etcd', 'kube-apiserver']

const FIRST_UNITS = FIRST_COMPONENTS.map((component) => COMPONENT_UNITS[component])

/** First what others stand on; all else stays in the order of its mention. */
export const orderActions = (actions: readonly Action[]): Action[] =>
  actions.toSorted((a, b) => rankOf(a) - rankOf(b))

const rankOf = (action: Action): number => {
  const rank = FIRST_UNITS.indexOf(unitOf(action))
  return rank === -1 ? FIRST_UNITS.length : rank
}

const unitOf = (action: Action): string | undefined => {
  if ('restart' in action) return action.restart
  return 'reload' in action ? action.reload : undefined
}

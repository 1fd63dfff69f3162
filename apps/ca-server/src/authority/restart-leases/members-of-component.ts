import type { NodeFacts } from '@easycerts/shared/cluster'
import { GUARDED_COMPONENTS, isGuarded, rolesOfComponent } from '@easycerts/shared/restart-lease'
import type { Authority } from '../authority.ts'

/** Another node that runs the same component. */
export interface Member {
  readonly node: string
  /** Its first one. */
  readonly address: string | null
}

/** The other members of a guarded component; of any other, nobody needs to know them. */
export const membersOfComponent = async (
  { store }: Authority,
  component: string,
  own: string,
): Promise<Member[]> => {
  if (!isGuarded(component)) return []
  const masters = await store.read((reading) => reading.listMasters())
  return masters
    .filter(
      ({ name, role, state }) =>
        name !== own && state === 'joined' && rolesOfComponent(component)?.includes(role),
    )
    .map(({ name, hosts }) => ({
      node: name,
      address: hosts.find(({ kind }) => kind === 'ip')?.value ?? null,
    }))
}

/** The other members of every guarded component that a node runs; undefined if it runs none. */
export const membersBeside = async (
  authority: Authority,
  { name, role }: NodeFacts,
): Promise<Record<string, Member[]> | undefined> => {
  const own = Object.keys(GUARDED_COMPONENTS).filter((component) =>
    rolesOfComponent(component)?.includes(role),
  )
  if (own.length === 0) return undefined
  const each = own.map(
    async (component) => [component, await membersOfComponent(authority, component, name)] as const,
  )
  return Object.fromEntries(await Promise.all(each))
}

import { isGuarded, rolesOfComponent } from '@easycerts/shared/restart-lease'
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

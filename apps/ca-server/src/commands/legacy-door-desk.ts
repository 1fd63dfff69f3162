import type { Authority } from '../authority/index.ts'
import type { LegacyConfig } from '../config/index.ts'
import type { LegacyDoorDesk } from '../http/index.ts'
import type { DoorKeeper } from './keep-legacy-door.ts'

/** What operators see and turn of the door; `door` is undefined where there is none, or not yet. */
export const legacyDoorDesk = (
  { store }: Authority,
  settings: LegacyConfig,
  door: () => DoorKeeper | undefined,
): LegacyDoorDesk => ({
  settings,
  standing: () => door()?.standing(),
  open: async () => door()?.open(),
  shut: async () => door()?.shut(),
  uses: async () => {
    const rows = await store.read((reading) => reading.listLegacyUses())
    return rows.map(({ key, address, commonName, lastUsedAt, uses }) => ({
      ...{ key, address, commonName },
      lastAt: lastUsedAt,
      count: uses,
    }))
  },
})

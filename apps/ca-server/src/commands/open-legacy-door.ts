import { readTextFile } from '@easycerts/adapters/files'
import { reasonOf } from '@easycerts/shared/errors'
import type { Logger } from 'pino'
import { type Authority, findDoorOrder } from '../authority/index.ts'
import type { CaServerConfig } from '../config/index.ts'
import type { ListenerObserver, SharedRules } from '../http/index.ts'
import { openLegacyDesk } from '../legacy-door/index.ts'
import type { Publication } from '../publication/index.ts'
import type { CommandContext } from './command-context.ts'
import { legacyByFlags, type LegacyFlags } from './legacy-by-flags.ts'
import { type DoorKeeper, keepLegacyDoor } from './keep-legacy-door.ts'

interface DoorOfServer {
  readonly context: Pick<CommandContext, 'variable'>
  readonly authority: Authority
  readonly config: CaServerConfig
  /** Go before the section `legacy`. */
  readonly flags: LegacyFlags
  readonly publication: Publication
  readonly shared: SharedRules
  readonly observer: ListenerObserver
  readonly log: Logger
  readonly quietLog: Logger
}

/**
 * The API of cfssl as the configuration wants it: open, unless an operator shut it, or undefined where
 * its port is 0.
 */
export const openLegacyDoor = async (server: DoorOfServer): Promise<DoorKeeper | undefined> => {
  const { context, authority, publication, shared, observer, log, quietLog } = server
  const legacy = legacyByFlags(context, server.config.legacy, server.flags)
  if (legacy.port === 0) return undefined
  const config = { ...server.config, legacy }
  const desk = openLegacyDesk({
    authority,
    config: legacy,
    readFile: readTextFile,
    variable: (name) => context.variable?.(name),
    channels: { ...publication, disconnect: shared.disconnect },
  })
  for (const note of desk.notes ?? []) log.warn({ note }, 'the configuration of cfssl')
  const { limits } = shared
  const door = keepLegacyDoor({ authority, config, desk, limits, observer, log, quietLog })
  const order = await findDoorOrder(authority)
  if (order?.isShut === true) log.info(order, 'the door of cfssl’s API stays shut')
  else await tryToOpen(door, log)
  return door
}

/** A port that is taken is no reason not to serve: nodes of easycerts need none of it. */
const tryToOpen = async (door: DoorKeeper, log: Logger): Promise<void> => {
  try {
    await door.open()
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'cfssl’s API does not listen; it is tried again')
  }
}

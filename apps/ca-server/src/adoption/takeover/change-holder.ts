import type { ServiceManager } from '@easycerts/adapters/systemd'
import type { PortTakeover } from '../adoption-plan.ts'
import { awaitHolder } from './ask-holder.ts'
import type { HoldConnections } from './hold-connections.ts'
import { awaitListener, letConnectionsEnd } from './open-connections.ts'

export interface ChangeOfHolder {
  readonly takeover: PortTakeover
  readonly from: string
  readonly to: string
  /** Between the end of the one and the start of the other: whose turn it is after a power cut. */
  readonly turn: () => Promise<void>
}

export interface TakeoverPorts {
  readonly services: Pick<ServiceManager, 'start' | 'stop'>
  readonly hold: HoldConnections
}

/** What the clients of a port saw of its change of hands. */
export interface ChangeSeen {
  /** Nobody was refused. */
  readonly isHeld: boolean
}

/**
 * Gives a port from one unit to the other. New connections are held back meanwhile, and begun
 * requests get their answers first, so that clients notice a delay and no failure.
 */
export const changeHolder = async (
  { services, hold }: TakeoverPorts,
  { takeover, from, to, turn }: ChangeOfHolder,
): Promise<ChangeSeen> => {
  const held = await hold(takeover.port)
  try {
    if (held.isHeld) await letConnectionsEnd(takeover.port)
    await services.stop(from)
    await turn()
    await services.start(to)
    await awaitListener(takeover.port)
    // It would hold back the next question too, which comes over loopback like any other.
    await held.release()
    await awaitHolder(takeover)
    return { isHeld: held.isHeld }
  } finally {
    await held.release()
  }
}

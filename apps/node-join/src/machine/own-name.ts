import { parseNodeName } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import { isRunningSystem, type Machine } from './machine.ts'

/** What the machine would be called as a node; an image has no name yet, and some hosts have none. */
export const ownNodeName = (machine: Pick<Machine, 'root' | 'hostName'>): string | undefined => {
  if (!isRunningSystem(machine) || machine.hostName === undefined) return undefined
  try {
    // As the kubelet does.
    return parseNodeName(machine.hostName.toLowerCase())
  } catch (error) {
    if (isEasycertsError(error)) return undefined
    throw error
  }
}

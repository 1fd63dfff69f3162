import { parseNodeName } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { type OperatorRequester, refusal } from '@easycerts/shared/issuance'
import type { NodeRow, Reading } from '../store/index.ts'

/** ERR_NODE_UNKNOWN, ERR_NAME_INVALID. */
export const getNode = async (
  reading: Pick<Reading, 'findNode'>,
  name: string,
): Promise<NodeRow> => {
  const node = await reading.findNode(parseNodeName(name))
  if (!node) throw new EasycertsError('ERR_NODE_UNKNOWN', `there is no node ${name}`)
  return node
}

/** The same for an operator who wants to change it. ERR_REQUESTER_NOT_PERMITTED for a master. */
export const getManageableNode = async (
  reading: Pick<Reading, 'findNode'>,
  operator: OperatorRequester,
  name: string,
): Promise<NodeRow> => {
  const node = await getNode(reading, name)
  requireMayManage(operator, node)
  return node
}

/**
 * A stolen operator certificate must not be able to take the masters away: what ends a master's
 * access, or gives it a new key, is done on the CA host alone.
 */
export const requireMayManage = (
  { kind }: Pick<OperatorRequester, 'kind'>,
  { role, name }: Pick<NodeRow, 'role' | 'name'>,
): void => {
  if (kind === 'operator-certificate' && role === 'master')
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'master-local',
      `${name} is a master: its access is changed on the CA host alone`,
    )
}

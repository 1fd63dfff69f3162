import { checkCidr } from '@easycerts/shared/cluster'
import { ADDRESS_CHANGES } from '@easycerts/shared/node-report'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

const range = checkedBy(checkCidr, 'is not an address range such as 10.0.0.0/8')

/** What may change of a node because its machine says so. */
export const nodesSection = v.pipe(
  v.strictObject({
    addressChanges: v.optional(v.picklist(ADDRESS_CHANGES), 'ask'),
    /** Where addresses may lie that need no operator, under `allow`. */
    allowedNetworks: v.optional(v.pipe(v.array(range), v.maxLength(64)), []),
  }),
  v.forward(
    v.partialCheck(
      [['addressChanges'], ['allowedNetworks']],
      ({ addressChanges, allowedNetworks }) =>
        addressChanges !== 'allow' || allowedNetworks.length > 0,
      'must name a range where addressChanges is "allow"',
    ),
    ['allowedNetworks'],
  ),
)

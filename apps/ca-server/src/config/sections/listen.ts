import { parseHost } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

export const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))
export const address = checkedBy(parseHost, 'is not an address')

/** Plain HTTP for CRLs, OCSP and the issuers' certificates; 0 turns it off. */
const publicPort = v.optional(v.union([v.literal(0), port], 'is neither a port nor 0'), 7480)

export const listenSection = v.pipe(
  v.strictObject({ address, joinPort: port, nodePort: port, publicPort }),
  v.forward(
    v.partialCheck(
      [['joinPort'], ['nodePort']],
      ({ joinPort, nodePort }) => joinPort !== nodePort,
      'must differ from joinPort',
    ),
    ['nodePort'],
  ),
)

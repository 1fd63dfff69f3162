import { parseHost } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import { checkedBy } from './checked-by.ts'

export const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))
export const address = checkedBy(parseHost, 'is not an address')

export const listenSection = v.strictObject({ address, joinPort: port, nodePort: port })

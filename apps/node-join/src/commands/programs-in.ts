import { resolve } from 'node:path'
import type { Programs } from '@easycerts/units/modern'

/** Our own programs in a directory, and the Node.js that runs them. */
export const programsIn = (programDirectory: string, node: string): Programs => {
  const directory = resolve('/', programDirectory)
  return { node, certmgr: `${directory}/certmgr`, caServer: `${directory}/ca-server` }
}

import { EasycertsError } from '@easycerts/shared/errors'
import { explainFlag } from './explain-flag.ts'
import { installUnits } from './install-units.ts'
import { printStacks } from './print-stacks.ts'
import { showDifferences } from './show-differences.ts'
import { undoUnits } from './undo-units.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'
import { writeDirectory } from './write-directory.ts'
import { writeTar } from './write-tar.ts'

type Run = (host: UnitsHost, options: UnitsOptions) => Promise<void>

const DESTINATIONS = {
  stdout: printStacks,
  out: writeDirectory,
  tar: writeTar,
  diff: showDifferences,
  install: installUnits,
  undo: undoUnits,
  explain: explainFlag,
} as const satisfies Partial<Record<keyof UnitsOptions, Run>>

type Destination = keyof typeof DESTINATIONS

/** `units`: one thing at a time. */
export const runUnits: Run = async (host, options) => {
  const chosen = (Object.keys(DESTINATIONS) as Destination[]).filter(
    (key) => options[key] !== undefined,
  )
  const [first = 'stdout', second] = chosen
  if (second !== undefined)
    throw new EasycertsError('ERR_USAGE', `--${first} and --${second} exclude each other`)
  await DESTINATIONS[first](host, options)
}

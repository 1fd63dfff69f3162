import type { BootedMachine } from './booted-machine.ts'

export interface UnitState {
  readonly activeState: string
  /** What it last said of itself; empty from each start on. */
  readonly statusText: string
}

const PROPERTIES = ['Id', 'ActiveState', 'StatusText']

/** Of many units by one question, for each costs a machine that is busy starting them. */
export const unitStates = async (
  machine: BootedMachine,
  units: readonly string[],
): Promise<ReadonlyMap<string, UnitState>> => {
  const properties = `--property=${PROPERTIES.join(',')}`
  const shown = await machine.run('systemctl', 'show', properties, ...units)
  const blocks = shown.split('\n\n').map((block) => {
    const known = new Map(block.split('\n').map((line) => splitOnce(line)))
    const [id = '', activeState = '', statusText = ''] = PROPERTIES.map((name) => known.get(name))
    return [id, { activeState, statusText }] as const
  })
  return new Map(blocks)
}

const splitOnce = (line: string): [string, string] => {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

import { resolve } from 'node:path'
import { seconds } from '@easycerts/shared/time'
import type { TargetMachine } from '../stack-installation/index.ts'
import { createSystemctl } from '../systemd/index.ts'
import type { UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

const TIMEOUT = seconds(60)

/** The machine that `--root` names. */
export const targetOf = (
  { uid, clock }: UnitsHost,
  { root: given }: Pick<UnitsOptions, 'root'>,
): TargetMachine => {
  const root = resolve(given)
  const argv = root === '/' ? ['systemctl'] : ['systemctl', `--root=${root}`]
  return { root, effectiveUid: uid, clock, services: createSystemctl({ argv, timeout: TIMEOUT }) }
}

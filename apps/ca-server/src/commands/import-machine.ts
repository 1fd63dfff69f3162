import { accessSync, constants, realpathSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createSystemctl } from '@easycerts/adapters/systemd'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { type AdoptionMachine, holdByPacketFilter } from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import type { ImportOptions } from './import-options.ts'

/** A start waits until ca-server is ready, which opens its keys first. */
const SERVICE_TIMEOUT = seconds(120)
const UNITS = '/etc/systemd/system'
/** Where NixOS, whose /etc nobody can write, still takes units until the next boot. */
const UNITS_UNTIL_BOOT = '/run/systemd/system'

/** The directory for units, as this process sees it, and whether it outlives a boot. */
export const unitDirectoryOf = (
  root: string,
): { readonly path: string; readonly isKept: boolean } => {
  const path = join(root, UNITS)
  return canWrite(path)
    ? { path, isKept: true }
    : { path: join(root, UNITS_UNTIL_BOOT), isKept: false }
}

const canWrite = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return !realpathSync(path).startsWith('/nix/store/')
  } catch {
    return false
  }
}

/** ERR_USAGE where services would be those of another system, or of none. */
export const importMachineOf = (
  { clock }: CommandContext,
  { root, systemctl }: ImportOptions,
): AdoptionMachine => {
  const services = createSystemctl({
    timeout: SERVICE_TIMEOUT,
    ...(systemctl === undefined ? {} : { argv: [systemctl] }),
  })
  if (systemctl === undefined && root !== '/')
    throw new EasycertsError(
      'ERR_USAGE',
      '--root is for --dry-run: the services are those of this system',
    )
  if (systemctl === undefined && !services.isPresent())
    throw new EasycertsError('ERR_USAGE', 'systemd does not run this machine', {
      hint: 'look with --dry-run, then see docs/adoption.md for the steps by hand',
    })
  return {
    services,
    clock,
    hold: holdByPacketFilter(clock),
    keepsUnits: unitDirectoryOf(root).isKept,
  }
}

/** Where requests of this machine itself come from. */
export const ownNetworks = (): string[] => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address, family }) => `${address.replace(/%.*$/, '')}/${family === 'IPv4' ? 32 : 128}`)
  return [...new Set(['127.0.0.0/8', '::1/128', ...addresses])]
}

import { isEasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { cleanBundle } from '@easycerts/shared/trust'
import { readTextFileIfAny } from '@easycerts/adapters/files'
import { findUnitText } from '@easycerts/adapters/old-certmgr'
import { loadManifest } from '../manifest/index.ts'
import { isRunningSystem, type Machine, pathOn } from '../machine/index.ts'
import type { PlannedFile } from '../plan/planned-file.ts'
import type { Adoption } from './adoption.ts'
import { type AdoptionRecord, loadAdoptionRecord, saveAdoptionRecord } from './adoption-record.ts'

/** How the service of the old certmgr stands. */
export type OldDaemon = AdoptionRecord['daemon']

export const CERTMGR = 'certmgr.service'

/** Asked before the join stops it; as if it were not there where no systemd answers. */
export const lookAtOldDaemon = async (machine: Machine): Promise<OldDaemon> => {
  const { services, root } = machine
  const isOurs = loadManifest(machine) !== undefined
  if (isOurs || findUnitText(root, CERTMGR) === undefined)
    return { isEnabled: false, isActive: false }
  const ask = async (question: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await question()
    } catch (error) {
      if (isEasycertsError(error)) return false
      throw error
    }
  }
  const isRunning = isRunningSystem(machine) && services.isPresent()
  return {
    isEnabled: await ask(() => services.isEnabled(CERTMGR)),
    isActive: isRunning && (await ask(() => services.isActive(CERTMGR))),
  }
}

/** Once, and before anything is replaced: a later run finds our own daemon. */
export const recordAdoption = async (
  machine: Machine,
  { layout, config, certificates }: Adoption,
  daemon: OldDaemon,
): Promise<void> => {
  if (loadAdoptionRecord(machine)) return
  await saveAdoptionRecord(machine, {
    version: 1,
    layout,
    config,
    certificates: certificates.map(({ row: { profile }, key }) => ({
      profile,
      keyOwner: key.owner,
    })),
    daemon,
    before: [],
  })
}

/** A bundle in another text of the very same CAs stays as it is, so that nobody reads it anew. */
export const asItStands = (machine: Machine, file: PlannedFile): PlannedFile => {
  if (file.path.startsWith(`${NODE_PATHS.configDirectory}/`)) return file
  try {
    const content = readTextFileIfAny(pathOn(machine, file.path)) ?? ''
    // The purpose only decides between certificates and keys.
    return cleanBundle('client-ca', content) === file.content ? { ...file, content } : file
  } catch {
    return file
  }
}

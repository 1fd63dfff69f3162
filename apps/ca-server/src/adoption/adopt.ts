import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { AdoptionMachine } from './adoption-machine.ts'
import type { AdoptionPlan } from './adoption-plan.ts'
import {
  adoptionPaths,
  type AdoptionRecord,
  loadAdoption,
  saveAdoption,
  withAdoptionLock,
} from './adoption-record.ts'
import { CA_SERVER_UNIT } from './ca-server-unit.ts'
import { putBack } from './put-back.ts'
import { changeHolder, type ChangeSeen } from './takeover/change-holder.ts'

export interface AdoptionWish {
  readonly plan: AdoptionPlan
  readonly dataDirectory: string
  /** Makes the data directory, all of it or none. */
  readonly makeData: () => Promise<unknown>
}

/**
 * Does what the plan says, so that `undoAdoption` finds the way back from any instant. Nothing that
 * exists is written to. An import that was cut short is put back first; one that fails puts itself
 * back. ERR_ALREADY_INITIALISED for a cluster that was taken over before.
 */
export const adopt = (machine: AdoptionMachine, wish: AdoptionWish): Promise<ChangeSeen> =>
  withAdoptionLock(wish.dataDirectory, machine.clock, async () => {
    await finishEarlier(machine, wish.dataDirectory)
    const record = await recordOf(machine, wish)
    await saveAdoption(record)
    try {
      const seen = await makeTrue(machine, wish)
      await saveAdoption({ ...record, state: 'done' })
      return seen
    } catch (error) {
      await putBack(machine, record)
      throw error
    }
  })

const finishEarlier = async (machine: AdoptionMachine, dataDirectory: string): Promise<void> => {
  const earlier = loadAdoption(dataDirectory)
  if (earlier?.state === 'done')
    throw new EasycertsError(
      'ERR_ALREADY_INITIALISED',
      `${dataDirectory} took a cluster over at ${earlier.at}`,
      {
        hint: 'nothing was changed; "ca-server legacy status" shows how it stands, and the same import with --undo ends it',
      },
    )
  if (earlier) await putBack(machine, earlier)
}

const recordOf = async (
  { services, clock, keepsUnits }: AdoptionMachine,
  { plan: { kind, files, takeover }, dataDirectory }: AdoptionWish,
): Promise<AdoptionRecord> => {
  const paths = files.map(({ path }) => path)
  const standing = [dataDirectory, ...paths].find((path) => existsSync(path))
  if (standing !== undefined)
    throw new EasycertsError('ERR_ALREADY_INITIALISED', `${standing} is there already`, {
      hint: 'nothing was changed: an import writes over nothing; move it away or choose another --data-directory',
    })
  const at = clock().toISOString()
  return {
    version: 1,
    state: 'begun',
    ...{ kind, at, dataDirectory },
    takeover: takeover ?? null,
    aside: `${dataDirectory}.undone-${at.replace(/[^0-9TZ]/g, '')}`,
    files: paths,
    directories: [...new Set(paths.map((path) => dirname(path)))].filter(
      (path) => !existsSync(path),
    ),
    wasActive: takeover !== undefined && (await services.isActive(takeover.unit)),
    isEnabled: keepsUnits,
  }
}

const makeTrue = async (
  { services, hold, keepsUnits }: AdoptionMachine,
  { plan: { files, takeover }, dataDirectory, makeData }: AdoptionWish,
): Promise<ChangeSeen> => {
  await makeData()
  for (const { path, content, mode } of files) {
    await ensureDirectory(dirname(path), 0o755)
    await writeFileDurably({ path, content, mode })
  }
  await services.daemonReload()
  if (keepsUnits) await services.enable([CA_SERVER_UNIT])
  const { mark } = adoptionPaths(dataDirectory)
  const turn = (): Promise<void> => writeFileDurably({ path: mark, content: '', mode: 0o600 })
  if (takeover === undefined) {
    await turn()
    await services.start(CA_SERVER_UNIT)
    return { isHeld: true }
  }
  return changeHolder(
    { services, hold },
    { takeover, from: takeover.unit, to: CA_SERVER_UNIT, turn },
  )
}

import { type FileWrite, publishFiles } from '@easycerts/adapters/files'
import type { Action } from '@easycerts/shared/certificate-spec'
import { ensureParentsOf } from '../disk/index.ts'
import { beginPublication, endPublication, type RestartDeadline } from '../plan/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

export interface SetToPublish {
  readonly set: string
  /** In the order in which they appear. */
  readonly files: readonly FileWrite[]
  /** What the change demands; runs at the end of the pass, or after the crash. */
  readonly actions: readonly Action[]
  /** The end of what the files took the place of, if that ends. */
  readonly deadline?: RestartDeadline | undefined
}

/** All files of a set or none; what has to follow is durable before the first of them changes. */
export const publishSet = async (
  { place, paths, ledger }: CertmgrContext,
  { set, files, actions, deadline }: SetToPublish,
): Promise<void> => {
  await ensureParentsOf(files)
  await ledger.update((pending) => beginPublication(pending, set, actions, deadline))
  await publishFiles({ set, files, journalDirectory: paths.journals, ids: place.ids })
  await ledger.update((pending) => endPublication(pending, set))
}

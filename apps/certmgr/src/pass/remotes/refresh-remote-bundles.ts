import { sameAsOnDisk } from '@easycerts/adapters/files'
import { fileWriteOf } from '../../disk/index.ts'
import { waitsUntil } from '../../plan/index.ts'
import type { SourcedBundle } from '../../specs/index.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { publishBundles } from '../refresh-trust-bundles.ts'
import { recordFailure, recordSuccess } from '../record-outcome.ts'

/** Puts right the files that hold the CA of a remote, each for itself; none before the remote has told. */
export const refreshRemoteBundles = async (
  context: CertmgrContext,
  memory: Memory,
  isIts: (spec: SourcedBundle) => boolean,
): Promise<void> => {
  const { specs, place, clock } = context
  for (const spec of specs.trustBundles.filter(isIts)) {
    const content = spec.source && memory.remotes.get(spec.source.remote)?.bundle
    if (content === undefined || waitsUntil(memory.attempts.get(spec.name), clock())) continue
    try {
      const file = fileWriteOf(place, spec.file, content)
      if (sameAsOnDisk(file, place.ids)) recordSuccess(context, memory, spec.name)
      else await publishBundles(context, memory, `bundle-${spec.name}`, [{ spec, file }])
    } catch (error) {
      recordFailure(context, memory, spec.name, { error, remaining: Number.POSITIVE_INFINITY })
    }
  }
}

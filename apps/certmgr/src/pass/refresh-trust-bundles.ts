import { type FileWrite, readTextFileIfAny, sameAsOnDisk } from '@easycerts/adapters/files'
import { cleanBundle } from '@easycerts/shared/trust'
import { fileWriteOf } from '../disk/index.ts'
import { demandedBy, waitsUntil } from '../plan/index.ts'
import type { SourcedBundle } from '../specs/index.ts'
import type { TrustBundles } from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { changeOfBundle } from './changes-of.ts'
import { publishSet } from './publish-set.ts'
import { recordFailure, recordSuccess } from './record-outcome.ts'

/** A file of CAs as it is to be. */
export interface Bundle {
  readonly spec: SourcedBundle
  readonly file: FileWrite
}

/** Puts every bundle right whose file differs; before any certificate of a new CA appears. */
export const refreshTrustBundles = async (
  context: CertmgrContext,
  memory: Memory,
  bundles: TrustBundles,
): Promise<void> => {
  const changed: Bundle[] = []
  const now = context.clock()
  for (const spec of context.specs.trustBundles) {
    if (spec.source) continue
    if (waitsUntil(memory.attempts.get(spec.name), now)) continue
    try {
      const content = cleanBundle(spec.purpose, bundles[spec.purpose] ?? '')
      const file = fileWriteOf(context.place, spec.file, content)
      if (sameAsOnDisk(asItStands(spec, file), context.place.ids))
        recordSuccess(context, memory, spec.name)
      else changed.push({ spec, file })
    } catch (error) {
      fail(context, memory, spec, error)
    }
  }
  if (changed.length > 0) await publishBundles(context, memory, 'trust-bundles', changed)
}

/** Another text of the very same CAs, as another tool wrote it, is as good: nobody restarts for that. */
const asItStands = ({ purpose }: SourcedBundle, file: FileWrite): FileWrite => {
  try {
    const content = readTextFileIfAny(file.path) ?? ''
    return cleanBundle(purpose, content) === file.content ? { ...file, content } : file
  } catch {
    return file
  }
}

/** All of a set or none. */
export const publishBundles = async (
  context: CertmgrContext,
  memory: Memory,
  set: string,
  changed: readonly Bundle[],
): Promise<void> => {
  try {
    await publishSet(context, {
      set,
      files: changed.map(({ file }) => file),
      // Mode and owner alone concern nobody who has read the file.
      actions: changed
        .filter(hasNewBytes)
        .flatMap(({ spec }) =>
          demandedBy(changeOfBundle(context, spec), spec.actions.bundle ?? []),
        ),
    })
    for (const { spec } of changed)
      recordSuccess(context, memory, spec.name, {
        message: 'trust bundle written',
        fields: { of: spec.source?.remote ?? spec.purpose, path: spec.file.path },
      })
  } catch (error) {
    for (const { spec } of changed) fail(context, memory, spec, error)
  }
}

const hasNewBytes = ({ file }: Bundle): boolean => {
  try {
    return readTextFileIfAny(file.path) !== file.content
  } catch {
    return true
  }
}

const fail = (
  context: CertmgrContext,
  memory: Memory,
  { name }: SourcedBundle,
  error: unknown,
): void => recordFailure(context, memory, name, { error, remaining: Number.POSITIVE_INFINITY })

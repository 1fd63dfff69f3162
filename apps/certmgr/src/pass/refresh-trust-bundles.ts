import { type FileWrite, readTextFileIfAny, sameAsOnDisk } from '@easycerts/adapters/files'
import type { TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { cleanBundle } from '@easycerts/shared/trust'
import { fileWriteOf } from '../disk/index.ts'
import { demandedBy, waitsUntil } from '../plan/index.ts'
import type { TrustBundles } from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { changeOfBundle } from './changes-of.ts'
import { publishSet } from './publish-set.ts'
import { recordFailure, recordSuccess } from './record-outcome.ts'

interface Bundle {
  readonly spec: TrustBundleSpec
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
    if (waitsUntil(memory.attempts.get(spec.name), now)) continue
    try {
      const content = cleanBundle(spec.purpose, bundles[spec.purpose] ?? '')
      const file = fileWriteOf(context.place, spec.file, content)
      if (sameAsOnDisk(file, context.place.ids)) recordSuccess(context, memory, spec.name)
      else changed.push({ spec, file })
    } catch (error) {
      fail(context, memory, spec, error)
    }
  }
  if (changed.length > 0) await publish(context, memory, changed)
}

const publish = async (
  context: CertmgrContext,
  memory: Memory,
  changed: readonly Bundle[],
): Promise<void> => {
  try {
    await publishSet(context, {
      set: 'trust-bundles',
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
        fields: { purpose: spec.purpose, path: spec.file.path },
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
  { name }: TrustBundleSpec,
  error: unknown,
): void => recordFailure(context, memory, name, { error, remaining: Number.POSITIVE_INFINITY })

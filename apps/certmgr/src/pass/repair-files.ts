import { certificateChainPem } from '@easycerts/shared/x509'
import { type CertificateFinding, fileWriteOf } from '../disk/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { actionsOfForms, formFilesOf } from './form-files.ts'
import { publishSet } from './publish-set.ts'
import { recordFailure, recordSuccess, remainingOf } from './record-outcome.ts'

/** Puts mode and owner right, and what else is made of the pair, whose bytes stay. */
export const repairFiles = async (
  context: CertmgrContext,
  memory: Memory,
  { spec, key, certificate, chain, drift = '' }: CertificateFinding,
): Promise<void> => {
  if (!key || !certificate || !chain) return
  const { place, clock } = context
  try {
    await publishSet(context, {
      set: `group-${spec.group}`,
      files: [
        fileWriteOf(place, spec.key, key.exportPem()),
        fileWriteOf(place, spec.certificate, certificateChainPem(chain)),
        ...(await formFilesOf(context, spec, { key, chain })),
      ],
      actions: actionsOfForms(context, spec, { key, chain }),
    })
    context.log.warn('files put right', { name: spec.name, drift })
    recordSuccess(context, memory, spec.name)
  } catch (error) {
    const remaining = remainingOf(certificate, clock())
    recordFailure(context, memory, spec.name, { error, remaining })
  }
}

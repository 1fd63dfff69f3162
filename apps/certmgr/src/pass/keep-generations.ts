import { rm } from 'node:fs/promises'
import { failureFields } from '@easycerts/adapters/log'
import type { CertificateFinding } from '../disk/index.ts'
import { surplusGenerations } from '../plan/index.ts'
import {
  forgetSpec,
  type Generation,
  keepGeneration,
  keptSpecs,
  openGeneration,
  readGenerations,
  removePutBack,
} from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { survey } from './survey.ts'

/**
 * Writes down once whatever good certificate lies on the disk, whoever put it there, and removes
 * what is beyond the policy. A history that cannot be written keeps nothing else from its work.
 */
export const keepGenerations = async (context: CertmgrContext, memory: Memory): Promise<void> => {
  for (const { finding } of survey(context, memory)) {
    try {
      await keep(context, finding)
    } catch (error) {
      const { name } = finding.spec
      context.log.warn('generation not kept', { name, ...failureFields(error) })
    }
  }
  await forgetOthers(context)
}

const keep = async (
  { paths: { generations: directory }, uid, clock, log }: CertmgrContext,
  { spec, key, chain, certificate, keyMatches, issuerKnown }: CertificateFinding,
): Promise<void> => {
  const { name, profile } = spec
  const isGood = keyMatches === true && issuerKnown !== false
  if (!key || !chain || !certificate || !isGood) return
  const known = readGenerations(directory, name)
  if (known.some(({ serialNumber }) => serialNumber === certificate.serialNumber)) return
  await keepGeneration(directory, { spec: name, profile, pair: { key, chain } })
  await removePutBack(directory, name)
  const all = readGenerations(directory, name)
  const surplus = surplusGenerations(all.map(agedOf(uid)), clock())
  for (const { number, path } of all) if (surplus.includes(number)) await rm(path, { force: true })
  log.debug('generation kept', { name, number: all[0]?.number ?? 0, removed: surplus.length })
}

const agedOf = (uid: number) => (generation: Generation) => ({
  number: generation.number,
  notAfter: openGeneration(generation, uid)?.chain[0].validity.notAfter,
})

/** Keys of a spec that is gone go too; of one that cannot be read just now they stay. */
const forgetOthers = async ({ paths, specs, log }: CertmgrContext): Promise<void> => {
  if (specs.faults.length > 0) return
  const names = new Set(specs.certificates.map(({ name }) => name))
  for (const name of keptSpecs(paths.generations).filter((each) => !names.has(each)))
    await forgetSpec(paths.generations, name).catch((error: unknown) =>
      log.warn('generations not removed', { name, ...failureFields(error) }),
    )
}

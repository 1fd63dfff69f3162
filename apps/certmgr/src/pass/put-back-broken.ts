import { failureFields } from '@easycerts/adapters/log'
import { type Certificate, certificateChainPem } from '@easycerts/shared/x509'
import { type CertificateFinding, fileWriteOf, type KeyPair } from '../disk/index.ts'
import { actionsOfRenewal, brokenBecause, chooseFallback, demandedBy } from '../plan/index.ts'
import type { SourcedCertificate } from '../specs/index.ts'
import {
  authoritiesOf,
  openGeneration,
  readGenerations,
  type Generation,
  writePutBack,
} from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { changeOfCertificate } from './changes-of.ts'
import { formFilesOf } from './form-files.ts'
import { publishSet } from './publish-set.ts'
import { survey } from './survey.ts'

/**
 * What is of no use to its consumer, and could not be renewed in this pass, is replaced by the last
 * generation that is good. Nothing is asked of the CA for it.
 */
export const putBackBroken = async (context: CertmgrContext, memory: Memory): Promise<void> => {
  if (context.signal.aborted) return
  for (const { finding, plan } of survey(context, memory)) {
    const reason = brokenBecause(plan)
    if (reason === undefined) continue
    const { name } = finding.spec
    try {
      await putBack(context, memory, finding, reason)
    } catch (error) {
      context.log.warn('no generation was put back', { name, ...failureFields(error) })
    }
  }
}

const putBack = async (
  context: CertmgrContext,
  memory: Memory,
  finding: CertificateFinding,
  reason: string,
): Promise<void> => {
  const { paths, uid, clock, log } = context
  const { name, profile } = finding.spec
  const opened = readGenerations(paths.generations, name).map((generation) => ({
    generation,
    pair: openGeneration(generation, uid),
  }))
  if (opened.length === 0) return
  const authorities = authoritiesFor(memory, finding.spec)
  const choice = chooseFallback(opened.map(keptOf), { profile, authorities, now: clock() })
  if (choice.kind === 'nothing-good') {
    log.warn('no generation is good enough', { name, why: choice.objections.join('; ') })
    return
  }
  const chosen = opened.find(({ generation }) => generation.number === choice.number)
  if (!chosen?.pair) return
  const { number, serialNumber } = chosen.generation
  await publish(context, finding, chosen.pair)
  const mark = { serialNumber, generation: number, reason, at: clock() }
  await writePutBack(paths.generations, name, mark)
  log.warn('an earlier generation was put back', {
    name,
    reason,
    generation: number,
    serial: serialNumber,
  })
}

const authoritiesFor = (
  { trust, remotes }: Memory,
  { source }: SourcedCertificate,
): readonly Certificate[] | undefined =>
  source ? remotes.get(source.remote)?.authorities : trust && authoritiesOf(trust)

const keptOf = ({
  generation: { number, profile },
  pair,
}: {
  readonly generation: Generation
  readonly pair: KeyPair | undefined
}) => ({
  number,
  profile,
  certificate: pair?.chain[0],
  issuers: pair?.chain.slice(1) ?? [],
  keyMatches: pair !== undefined && pair.key.publicKey.pin === pair.chain[0].pin,
})

const publish = async (
  context: CertmgrContext,
  { spec, key: found }: CertificateFinding,
  pair: KeyPair,
): Promise<void> => {
  const { place } = context
  const isKeyNew = found?.publicKey.pin !== pair.key.publicKey.pin
  const change = changeOfCertificate(context, spec, isKeyNew ? 'key' : 'leaf')
  await publishSet(context, {
    set: `group-${spec.group}`,
    files: [
      fileWriteOf(place, spec.key, pair.key.exportPem()),
      fileWriteOf(place, spec.certificate, certificateChainPem(pair.chain)),
      ...(await formFilesOf(context, spec, pair)),
    ],
    actions: demandedBy(change, actionsOfRenewal(spec, isKeyNew)),
  })
}

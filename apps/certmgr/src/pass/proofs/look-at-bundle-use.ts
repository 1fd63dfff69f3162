import { seeAcceptableAuthorities } from '@easycerts/adapters/tls'
import type { TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { findBundle } from '../../disk/index.ts'
import { compareAuthorities } from '../../plan/index.ts'
import type { CertmgrContext } from '../certmgr-context.ts'
import { pointOf, type Provable, stoppedInstead } from './look-at-use.ts'

/** Bundles on the disk whose use can be proved, as what the CAs of other bundles are compared with. */
export const provableBundlesOf = (context: Pick<CertmgrContext, 'specs' | 'place'>): Provable[] => {
  const { specs, place } = context
  return specs.trustBundles.flatMap((spec) => {
    const found = spec.proof && findBundle(place, spec)
    return spec.proof && found
      ? [
          {
            spec,
            set: 'trust-bundles',
            id: found.id,
            proof: spec.proof,
            look: (looking) => look(looking, spec, found.subjects),
          },
        ]
      : []
  })
}

const look = async (
  context: CertmgrContext,
  spec: TrustBundleSpec,
  subjects: readonly Buffer[],
) => {
  const { proof } = spec
  if (!proof) return { kind: 'unreachable', why: 'nothing says where' } as const
  const sight = await seeAcceptableAuthorities(pointOf(proof, context.signal))
  if (sight.kind === 'asked')
    return compareAuthorities(sight.authorities, subjects, othersOf(context, spec))
  return sight.kind === 'unreachable' ? stoppedInstead(context, spec, sight) : sight
}

const othersOf = (
  { specs, place }: Pick<CertmgrContext, 'specs' | 'place'>,
  { name }: TrustBundleSpec,
): Buffer[] =>
  specs.trustBundles
    .filter((spec) => spec.name !== name)
    .flatMap((spec) => findBundle(place, spec)?.subjects ?? [])

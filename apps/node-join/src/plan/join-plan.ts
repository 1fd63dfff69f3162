import type { KeyAlgorithm } from '@easycerts/shared/key'
import type { Programs } from '@easycerts/units/modern'
import { type Adoption, inAdoptedLayout } from '../adoption/index.ts'
import type { JoinFacts } from './join-facts.ts'
import { planCertmgrConfig } from './plan-certmgr-config.ts'
import { planKubeconfigs } from './plan-kubeconfigs.ts'
import { planLeftSpecs } from './plan-left-specs.ts'
import { planSpecs, type SpecFacts } from './plan-specs.ts'
import { planStack, type StackPlan } from './plan-stack.ts'
import { planTrustBundles } from './plan-trust-bundles.ts'
import type { PlannedFile } from './planned-file.ts'

/** Everything that join writes beside keys and certificates, in the order in which it is written. */
export interface JoinPlan {
  readonly facts: SpecFacts
  readonly trustBundles: readonly PlannedFile[]
  readonly kubeconfigs: readonly PlannedFile[]
  /** Specs, and last the configuration that makes certmgr look at them. */
  readonly certmgr: readonly PlannedFile[]
  readonly stack: StackPlan
  /** Each master keeps a service-account key of its own. */
  readonly hasServiceAccountKey: boolean
  /** What is taken over from the old certmgr. */
  readonly adoption: Adoption | undefined
}

export interface PlanChoices {
  readonly keyAlgorithm: KeyAlgorithm
  readonly programs: Programs
  /** The CA's key-encryption key on this machine is sealed by systemd. */
  readonly sealedKeys: boolean
  readonly certmgrByTimer?: boolean
  readonly adoption?: Adoption | undefined
}

/** A value: nothing is read or written to make it. */
export const buildJoinPlan = (
  told: JoinFacts,
  { keyAlgorithm, programs, sealedKeys, certmgrByTimer = false, adoption }: PlanChoices,
): JoinPlan => {
  const reply = inAdoptedLayout(told, adoption)
  const { cluster, node, description } = reply
  const layout = adoption?.layout
  const wish = { cluster, node: told.node, description, programs, sealedKeys, certmgrByTimer }
  const stack = planStack({ ...wish, ...(layout === undefined ? {} : { adoptedLayout: layout }) })
  const facts = { cluster, node, keyAlgorithm, servers: stack.servers, adoption }
  const ofStack = new Set(stack.files.map(({ path }) => path))
  return {
    facts,
    trustBundles: planTrustBundles(reply),
    // Some flavours have kubeconfigs of their own form.
    kubeconfigs: adoption
      ? []
      : planKubeconfigs(cluster, node).filter(({ path }) => !ofStack.has(path)),
    certmgr: [
      ...planSpecs(facts),
      ...(adoption ? planLeftSpecs(adoption) : []),
      planCertmgrConfig(adoption),
    ],
    stack,
    hasServiceAccountKey: node.role === 'master',
    adoption,
  }
}

import type { KeyAlgorithm } from '@easycerts/shared/key'
import type { Programs } from '@easycerts/units/modern'
import type { JoinFacts } from './join-facts.ts'
import { planCertmgrConfig } from './plan-certmgr-config.ts'
import { planKubeconfigs } from './plan-kubeconfigs.ts'
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
}

export interface PlanChoices {
  readonly keyAlgorithm: KeyAlgorithm
  readonly programs: Programs
  /** The CA's key-encryption key on this machine is sealed by systemd. */
  readonly sealedKeys: boolean
  readonly certmgrByTimer?: boolean
}

/** A value: nothing is read or written to make it. */
export const buildJoinPlan = (
  reply: JoinFacts,
  { keyAlgorithm, programs, sealedKeys, certmgrByTimer = false }: PlanChoices,
): JoinPlan => {
  const { cluster, node, description } = reply
  const stack = planStack({ cluster, node, description, programs, sealedKeys, certmgrByTimer })
  const facts = { cluster, node, keyAlgorithm, servers: stack.servers }
  const ofStack = new Set(stack.files.map(({ path }) => path))
  return {
    facts,
    trustBundles: planTrustBundles(reply),
    // Some flavours have kubeconfigs of their own form.
    kubeconfigs: planKubeconfigs(cluster, node).filter(({ path }) => !ofStack.has(path)),
    certmgr: [...planSpecs(facts), planCertmgrConfig()],
    stack,
    hasServiceAccountKey: node.role === 'master',
  }
}

import type { DescriptionFile } from './description-file.ts'
import { releaseOf } from './release-of.ts'
import { networksOf } from './resolve-networks.ts'
import { COMMON_RULES } from './rules/common-rules.ts'
import { FLEET_RULES } from './rules/fleet-rules.ts'
import { KUBEASZ_RULES } from './rules/kubeasz-rules.ts'
import { KUBELET_WRAPPER_RULES } from './rules/kubelet-wrapper-rules.ts'
import { MODERN_RULES } from './rules/modern/index.ts'
import { NIXOS_RULES } from './rules/nixos-rules.ts'
import type { Fault, Judged, Rule } from './rules/rule.ts'

/** Each for what no section of a description alone can tell. */
const RULES: readonly Rule[] = [
  ...COMMON_RULES,
  ...MODERN_RULES,
  ...FLEET_RULES,
  ...KUBELET_WRAPPER_RULES,
  ...NIXOS_RULES,
  ...KUBEASZ_RULES,
]

/** Of a file whose keys in `faulty` have been found wrong each by itself. */
export const faultsOf = (file: DescriptionFile, faulty: ReadonlySet<unknown>): readonly Fault[] => {
  if (faulty.has('flavour')) return []
  const judged = judgedOf(file)
  return RULES.filter(({ reads }) => !reads.some((key) => faulty.has(key))).flatMap(({ judge }) =>
    judge(judged),
  )
}

/** Found when a rule asks, so that a faulty key harms only those that read it. */
const judgedOf = (file: DescriptionFile): Judged => ({
  file,
  get release() {
    return releaseOf(file)
  },
  get networks() {
    return networksOf(file)
  },
})

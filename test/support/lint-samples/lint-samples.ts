import { FORM_SAMPLES } from './form-samples.ts'
import { ISSUER_SAMPLES } from './issuer-samples.ts'
import { KUBERNETES_SAMPLES } from './kubernetes-samples.ts'
import type { LintSample } from './lint-sample.ts'
import { NAME_SAMPLES } from './name-samples.ts'
import { USAGE_SAMPLES } from './usage-samples.ts'

/** Each breaks one rule, and every rule is broken by one at least. */
export const LINT_SAMPLES: readonly LintSample[] = [
  ...FORM_SAMPLES,
  ...ISSUER_SAMPLES,
  ...NAME_SAMPLES,
  ...USAGE_SAMPLES,
  ...KUBERNETES_SAMPLES,
]

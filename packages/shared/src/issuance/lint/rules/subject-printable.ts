import { lintRule } from '../lint-rule.ts'

// Blanks and case would be folded in comparison there, and are not in Kubernetes.
const PRINTABLE = /^(?! )[\x20-\x7e]*(?<! )$/

export const subjectPrintable = lintRule({
  name: 'subject-printable',
  requires: 'subject of printable ASCII, without a blank at an end',
  source: 'RFC 5280 §7.1',
  findFault: ({ commonNames, organizations }) =>
    [...commonNames, ...organizations].every((text) => PRINTABLE.test(text))
      ? undefined
      : 'its subject has characters that are not printable ASCII',
})

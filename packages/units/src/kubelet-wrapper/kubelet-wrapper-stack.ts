import { type BuildStack, unitFile } from '../stack/index.ts'
import { flannelFiles } from './flannel-files.ts'
import { kubeletUnit } from './kubelet-unit.ts'
import { verbatimUnit } from './verbatim-unit.ts'
import { OWN_WRAPPER, wrapperFacts, type WrapperFacts } from './wrapper-facts.ts'
import { wrapperScript } from './wrapper-script.ts'

const OLD =
  'rkt and the images of hyperkube for it are no longer kept up: this is for machines that have them already'

const OPEN =
  'the kubelet asks nobody who he is: whoever reaches its ports may run programs in every pod of this machine'

const warningsOf = ({ options }: WrapperFacts, verbatim: boolean): readonly string[] => [
  OLD,
  ...(options.unauthenticated || verbatim ? [OPEN] : []),
]

/** The kubelet of one machine, and what flannel and Docker need to work with it. */
export const kubeletWrapperStack: BuildStack = (request) => {
  const facts = wrapperFacts(request)
  const { verbatim = false } = request
  if (!facts.node.components.has('kubelet')) return { files: [], units: [], warnings: [OLD] }
  return {
    files: [
      verbatim ? verbatimUnit(facts) : unitFile(kubeletUnit(facts)),
      ...(facts.wrapper === OWN_WRAPPER ? [wrapperScript] : []),
      ...(facts.withFlannel && !verbatim ? flannelFiles(facts) : []),
    ],
    units: ['kubelet.service'],
    warnings: warningsOf(facts, verbatim),
  }
}

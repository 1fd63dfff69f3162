import { EasycertsError } from '@easycerts/shared/errors'
import { readStack } from '../stack-reading/index.ts'
import type { NodeStack, StackRequest } from '../stack/index.ts'
import { addressesInRanges } from './addresses-in-ranges.ts'
import type { Check } from './check.ts'
import { filesAreMade } from './files-are-made.ts'
import { namesAgree } from './names-agree.ts'
import { namesAreCertified } from './names-are-certified.ts'
import { portsOnce } from './ports-once.ts'
import { unitsExist } from './units-exist.ts'

export const CHECKS: readonly Check[] = [
  namesAgree,
  addressesInRanges,
  namesAreCertified,
  portsOnce,
  filesAreMade,
  unitsExist,
]

/** Everything that contradicts between the parts of one node's stack. */
export const contradictionsOf = (request: StackRequest, stack: NodeStack): string[] => {
  const checked = { request, stack, read: readStack(stack) }
  return CHECKS.flatMap(({ find }) => find(checked)).map((text) => `${request.node.name}: ${text}`)
}

/**
 * ERR_CONFIG_INVALID with every contradiction, one a line. The source's own form has the defects of
 * its source, which its files name.
 */
export const checkStack = (request: StackRequest, stack: NodeStack): void => {
  const faults = request.verbatim === true ? [] : contradictionsOf(request, stack)
  if (faults.length > 0)
    throw new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'), {
      hint: 'nothing was written: a setting of the description contradicts what the rest needs',
    })
}

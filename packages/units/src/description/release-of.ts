import type { DescriptionFile } from './description-file.ts'
import { FLAVOURS } from './flavour.ts'
import { parseRelease, type Release } from '../release/index.ts'

/** What the description says, and the flavour's own release where it says nothing. */
export const releaseOf = ({
  flavour,
  kubernetesVersion,
}: Pick<DescriptionFile, 'flavour' | 'kubernetesVersion'>): Release =>
  parseRelease(kubernetesVersion ?? FLAVOURS[flavour].releases.preset)

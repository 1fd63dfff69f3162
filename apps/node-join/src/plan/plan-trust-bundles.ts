import { cleanBundle } from '@easycerts/shared/trust'
import { caBundleFilesOf } from './layout-of-node.ts'
import type { JoinFacts } from './join-facts.ts'
import type { PlannedFile } from './planned-file.ts'

/** A file of CAs for each purpose that the role needs. ERR_CA_REPLY_INVALID for one that is missing. */
export const planTrustBundles = ({ node, trustBundles }: JoinFacts): PlannedFile[] =>
  caBundleFilesOf(node).map(({ purpose, path }) => ({
    path,
    content: cleanBundle(purpose, trustBundles[purpose] ?? ''),
    mode: 0o644,
  }))

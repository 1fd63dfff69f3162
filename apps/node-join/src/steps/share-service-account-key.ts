import type { NodeClient } from '@easycerts/adapters/ca-client'
import { readTextFile } from '@easycerts/adapters/files'
import { decodePem, encodePem } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { NodeFacts } from '@easycerts/shared/cluster'
import { layoutOfNode } from '@easycerts/shared/layout'
import {
  type AcceptedTrust,
  cleanBundle,
  listsServiceAccountKey,
  serviceAccountBundle,
} from '@easycerts/shared/trust'
import { type Outcome, pathOn } from '../machine/index.ts'
import { bundlePath } from '../plan/layout-of-node.ts'
import { type Place, publish } from './publish.ts'

export interface KeySharing {
  readonly reply: { readonly node: NodeFacts }
  readonly client: Pick<NodeClient, 'shareServiceAccountKey'>
  /** The newest trust document; undefined from a CA that has none. */
  readonly followTrust: () => Promise<AcceptedTrust | undefined>
}

export interface SharedKey {
  readonly changed: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Tells the CA the public key of this master's tokens, and writes the bundle that its kube-apiserver
 * verifies tokens with: the keys of all masters that the CA knows.
 */
export const shareServiceAccountKey = async (
  place: Place,
  sharing: KeySharing,
): Promise<Outcome<SharedKey>> => {
  const { node } = sharing.reply
  const { serviceAccountPublicKey } = layoutOfNode(node)
  const text = readTextFile(pathOn(place.machine, serviceAccountPublicKey))
  const own = encodePem('PUBLIC KEY', decodePem('PUBLIC KEY', text))
  const { trust, warnings } = await tell(own, sharing)
  const content = cleanBundle('service-account', serviceAccountBundle(trust?.document, own))
  const changed = await publish(place, 'service-account-bundle', [
    { path: bundlePath(node, 'service-account'), content, mode: 0o644 },
  ])
  const count = content.match(/-----BEGIN /g)?.length ?? 0
  return {
    value: { changed, warnings },
    done: `service-account keys of ${count} masters are accepted`,
  }
}

const tell = async (
  own: string,
  { client, followTrust }: Pick<KeySharing, 'client' | 'followTrust'>,
): Promise<{ trust: AcceptedTrust | undefined; warnings: string[] }> => {
  const trust = await followTrust()
  if (!trust || listsServiceAccountKey(trust.document, own)) return { trust, warnings: [] }
  try {
    await client.shareServiceAccountKey(own)
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    const later = 'certmgr tells it again'
    return {
      trust,
      warnings: [
        `other masters do not know the service-account key yet, ${later}: ${error.message}`,
      ],
    }
  }
  return { trust: await followTrust(), warnings: [] }
}

import { readSecretFile } from '@easycerts/adapters/files'
import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey, parseSigningKey } from '@easycerts/shared/key'
import type { NodeFacts } from '@easycerts/shared/cluster'
import { layoutOfNode } from '@easycerts/shared/layout'
import { existsOn, type Outcome, pathOn } from '../machine/index.ts'
import { type Place, publish } from './publish.ts'

const OWNER = 'kubernetes'

/**
 * The key that signs service-account tokens of this master: made once and never replaced, since
 * tokens that live would die with it. kube-apiserver takes ECDSA (keyutil.ParsePrivateKeyPEM).
 */
export const ensureServiceAccountKey = async (
  place: Place,
  node: NodeFacts,
): Promise<Outcome<string[]>> => {
  const { machine, ids } = place
  const { serviceAccountKey: path, serviceAccountPublicKey } = layoutOfNode(node)
  const isThere = existsOn(machine, path)
  const owner = ids.uidOf(OWNER) ?? machine.effectiveUid
  const key = isThere
    ? parseSigningKey(readSecretFile(pathOn(machine, path), owner))
    : await generateSigningKey('ecdsa-p256')
  const publicFile = {
    path: serviceAccountPublicKey,
    content: encodePem('PUBLIC KEY', key.publicKey.spki),
    mode: 0o644,
  }
  const privateFile = { path, content: key.exportPem(), mode: 0o600, owner: OWNER }
  const files = isThere ? [publicFile] : [privateFile, publicFile]
  const changed = await publish(place, 'service-account', files)
  return {
    value: changed,
    done: isThere ? 'service-account key kept' : 'service-account key made',
  }
}

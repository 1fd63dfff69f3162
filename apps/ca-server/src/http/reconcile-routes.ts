import type { FastifyInstance } from 'fastify'
import {
  adoptIdentity,
  type Authority,
  endReconciliation,
  type KeyedMutex,
  reconciliationStatus,
  withOrigin,
} from '../authority/index.ts'
import { operatorNameOf } from './operator-caller.ts'
import { registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { shownCertificateOf } from './requester.ts'

/** What a node may ask whose identity the restored records lack. */
export const registerAdoption = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
): void =>
  registerRoute(server, 'identityAdopt', async ({ body, request }) => {
    const node = await adoptIdentity(withOrigin(authority, originOf(request)), mutex, {
      certificate: shownCertificateOf(request),
      evidence: body,
    })
    return { adopted: true, node } as const
  })

export const registerReconcileRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'reconcileStatus', async () => {
    const { state, reconciliation, adopted, unseen, isComplete } =
      await reconciliationStatus(authority)
    return {
      state,
      restore: reconciliation
        ? { ...reconciliation, previousEpoch: reconciliation.previous.epoch }
        : null,
      epoch: authority.log.epoch,
      adopted: adopted.map(({ at, body: { node, fingerprint } }) => ({
        node: String(node),
        fingerprint: String(fingerprint),
        at,
      })),
      unseen: unseen.map(({ name }) => name),
      complete: isComplete,
    }
  })
  registerRoute(server, 'reconcileEnd', async ({ request }) => {
    const here = withOrigin(authority, originOf(request))
    const { endedAt } = await endReconciliation(here, `operator ${operatorNameOf(request)}`)
    return { endedAt: endedAt ?? '' }
  })
}

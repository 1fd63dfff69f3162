import { HARDENING } from '../systemd/index.ts'
import type { ComponentService } from './component-service.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import type { NixosFacts } from './nixos-facts.ts'
import { CONTROL_PLANE_ONLINE } from './targets.ts'

/** What the units of kube-controller-manager and kube-scheduler share: clients of the kube-apiserver beside them. */
export const leaderService = (facts: NixosFacts, kubeconfig: string) =>
  ({
    eventual: {
      wantedBy: 'kubernetes.target',
      after: ['network.target', 'kube-apiserver.service'],
    },
    online: {
      wantedBy: CONTROL_PLANE_ONLINE,
      after: ['kube-apiserver.service'],
      before: [CONTROL_PLANE_ONLINE],
    },
    type: 'exec',
    user: 'kubernetes',
    // They exit whenever they lose the lease of the leader.
    restartSeconds: 5,
    waits: [
      kubectlUntil(facts, 'kube-apiserver', kubeconfig, ['auth', 'can-i', 'get', '/api', '-q']),
    ],
    sourcePreStart: sourceKubectlUntil(facts, kubeconfig, 'auth can-i get /api -q'),
    hardening: HARDENING.leader,
  }) as const satisfies Partial<ComponentService>

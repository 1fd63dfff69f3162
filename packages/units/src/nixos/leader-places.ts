import type { Place } from './component-service.ts'
import { CONTROL_PLANE_ONLINE } from './targets.ts'

/** kube-controller-manager and kube-scheduler, which are clients of the kube-apiserver beside them. */
export const leaderPlaces: { readonly eventual: Place; readonly online: Place } = {
  eventual: { wantedBy: 'kubernetes.target', after: ['network.target', 'kube-apiserver.service'] },
  online: {
    wantedBy: CONTROL_PLANE_ONLINE,
    after: ['kube-apiserver.service'],
    before: [CONTROL_PLANE_ONLINE],
  },
}

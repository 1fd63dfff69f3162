import { type GeneratedFile, configFile } from '../stack/index.ts'
import { stringify } from 'yaml'
import type { KubeaszFacts } from './kubeasz-facts.ts'

const RBAC = 'rbac.authorization.k8s.io'

const binding = (
  name: string,
  role: string,
  subject: { readonly kind: 'Group' | 'User'; readonly name: string },
): string =>
  stringify({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, ...subject }],
  })

/** Who may ask for a machine's first certificate, and who may call kubelets; for `kubectl apply -f`. */
export const roleBindings = ({ options }: KubeaszFacts): GeneratedFile =>
  configFile(
    '/etc/kubernetes/kubeasz-role-bindings.yaml',
    [
      binding('kubelet-bootstrap', 'system:node-bootstrapper', {
        kind: 'Group',
        name: options.bootstrapGroup,
      }),
      binding('kube-apiserver-kubelet-client', 'system:kubelet-api-admin', {
        kind: 'User',
        name: 'kube-apiserver-kubelet-client',
      }),
    ].join('---\n'),
  )

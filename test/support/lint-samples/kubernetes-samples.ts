import { parseHost } from '@easycerts/shared/cluster'
import { type LintSample, sample } from './lint-sample.ts'
import { names, subject, uri } from './spoil.ts'

export const KUBERNETES_SAMPLES: readonly LintSample[] = [
  sample(
    'masters-only-where-stated',
    'for a scheduler',
    'kube-scheduler-client',
    subject('system:kube-scheduler', 'system:masters'),
  ),
  sample('masters-only-where-stated', 'for a legacy key', 'legacy', subject('a', 'system:masters')),
  sample(
    'node-group-only-for-nodes',
    'in the group of nodes',
    'kubelet-client',
    subject('worker-1', 'system:nodes'),
  ),
  sample(
    'node-group-only-for-nodes',
    'of a node without its group',
    'kubelet-client',
    subject('system:node:worker-1'),
  ),
  sample(
    'node-name-form',
    'of an upper-case node',
    'kubelet-client',
    subject('system:node:Master-1', 'system:nodes'),
  ),
  sample(
    'node-name-form',
    'of a node without a name',
    'kubelet-client',
    subject('system:node:', 'system:nodes'),
  ),
  sample('kubelet-client-form', 'of a kubelet with names', 'kubelet-client', names('master-1')),
  sample(
    'kubelet-client-form',
    'of a kubelet in two groups',
    'kubelet-client',
    subject('system:node:a', 'system:nodes', 'lab'),
  ),
  sample(
    'kubelet-serving-form',
    'of a kubelet with a URI',
    'kubelet-serving',
    ({ names: hosts }) => ({
      tbs: { names: [...hosts, { kind: 'uri', value: 'https://lab.example' }] },
      grant: { uris: ['https://lab.example'] },
    }),
  ),
  sample(
    'kubelet-serving-form',
    'of a kubelet in two groups',
    'kubelet-serving',
    subject('system:node:a', 'system:nodes', 'lab'),
  ),
  sample(
    'front-proxy-apart',
    'of a front-proxy user of the cluster issuer',
    'flannel-client',
    subject('front-proxy-client'),
  ),
  sample('front-proxy-apart', 'of a server of the front-proxy issuer', 'front-proxy-client', {
    ...names('a'),
    tbs: { ...names('a').tbs, extendedKeyUsage: ['clientAuth', 'serverAuth'] },
    profile: { usage: 'peer' },
  }),
  sample('reserved-user', 'of a component', 'flannel-client', subject('system:kube-scheduler')),
  sample(
    'reserved-user',
    'of a person who calls himself a component',
    'admin',
    subject('system:kube-controller-manager'),
  ),
  sample('reserved-user', 'whose profile leaves all behind system: to others', 'flannel-client', {
    ...subject('system:anonymous'),
    profile: { commonName: 'system:{node.name}' },
  }),
  sample(
    'reserved-group',
    'in a group of Kubernetes',
    'flannel-client',
    subject('a', 'system:authenticated'),
  ),
  sample(
    'reserved-group',
    'in a group of easycerts',
    'flannel-client',
    subject('a', 'easycerts:cluster-admins'),
  ),
  sample(
    'identity-only-from-enrolment',
    'with the URI of a node',
    'flannel-client',
    uri('easycerts://lab/node/worker-1'),
  ),
  sample('identity-only-from-enrolment', 'in the group of identities', 'flannel-client', {
    ...subject('a', 'easycerts:node'),
    profile: { organizations: ['easycerts:node'] },
  }),
  sample('as-granted', 'with another user than was granted', 'flannel-client', {
    grant: { subject: { commonName: 'a', organizations: [] } },
  }),
  sample('as-granted', 'with fewer groups than were granted', 'flannel-client', {
    grant: { subject: { commonName: 'flannel-client', organizations: ['lab'] } },
  }),
  sample('as-granted', 'with a name that was not granted', 'kubelet-serving', {
    grant: { hosts: [parseHost('master-1')] },
  }),
]

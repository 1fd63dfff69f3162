import { isAtLeast } from '../description/index.ts'
import type { NixosFacts } from './nixos-facts.ts'

type Warning = readonly [isDue: (facts: NixosFacts) => boolean, text: string]

const WARNINGS: readonly Warning[] = [
  [
    ({ form }) => form === 'verbatim',
    'this is the form of NixOS 19.03 with its defects, which the files name: not for use',
  ],
  [
    ({ form }) => form === 'verbatim',
    'cfssl, cfssl-online and kube-certmgr-bootstrap are left out: ca-server and certmgr stand in their place',
  ],
  [
    ({ options }) => options.apiserver.insecurePort !== 0,
    'the insecure port of kube-apiserver asks nobody who he is',
  ],
  [
    ({ options }) => options.apiserver.authorizationMode.includes('AlwaysAllow'),
    'authorization mode AlwaysAllow lets every certificate of the cluster do everything',
  ],
  [
    ({ options }) => !options.apiserver.authorizationMode.includes('Node'),
    'without authorization mode Node every kubelet reads every secret',
  ],
  [
    ({ options }) =>
      options.apiserver.basicAuthFile !== null || options.apiserver.tokenAuthFile !== null,
    'passwords and tokens in a file of kube-apiserver live until it is restarted without them',
  ],
  [
    ({ description, node }) =>
      node.components.has('controllerManager') && !isAtLeast(description.release, '1.10'),
    'kube-controller-manager 1.9 serves health and metrics without TLS',
  ],
]

/** What an operator should know of a node's files: one sentence each. */
export const nixosWarnings = (facts: NixosFacts): string[] =>
  WARNINGS.filter(([isDue]) => isDue(facts)).map(([, text]) => text)

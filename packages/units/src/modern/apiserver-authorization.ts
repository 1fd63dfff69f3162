import { type GeneratedFile, yamlFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import type { Flag } from './flag.ts'

// KEP-3221: the file is GA in 1.32, and read again when it changes; file and flag exclude each other.
const FILE_SINCE = 32

export const authorizationFlags: readonly Flag[] = [
  ['authorization-mode', 'Node,RBAC', { before: FILE_SINCE }],
  ['authorization-config', CONFIG_PATHS.apiserverAuthorization, { since: FILE_SINCE }],
]

export const apiserverAuthorization = (minor: number): GeneratedFile[] =>
  minor < FILE_SINCE
    ? []
    : [
        yamlFile(CONFIG_PATHS.apiserverAuthorization, {
          apiVersion: 'apiserver.config.k8s.io/v1',
          kind: 'AuthorizationConfiguration',
          authorizers: [
            { type: 'Node', name: 'node' },
            { type: 'RBAC', name: 'rbac' },
          ],
        }),
      ]

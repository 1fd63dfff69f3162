import { type GeneratedFile, yamlFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import type { Flag } from './flag.ts'

// KEP-4633: anonymous requests limited to paths are beta, and on, since 1.32, and GA in 1.34,
// together with version 1 of the file.
const LIMITED_SINCE = 32
const V1_SINCE = 34

/**
 * Nobody is anonymous, save who asks whether the server lives: a load balancer has no
 * certificate. The flag and the file exclude each other, and before 1.32 there is but the flag.
 */
export const anonymousFlags: readonly Flag[] = [
  ['anonymous-auth', false, { before: LIMITED_SINCE }],
  ['authentication-config', CONFIG_PATHS.apiserverAuthentication, { since: LIMITED_SINCE }],
]

export const apiserverAuthentication = (minor: number): GeneratedFile[] =>
  minor < LIMITED_SINCE
    ? []
    : [
        yamlFile(CONFIG_PATHS.apiserverAuthentication, {
          apiVersion: `apiserver.config.k8s.io/${minor < V1_SINCE ? 'v1beta1' : 'v1'}`,
          kind: 'AuthenticationConfiguration',
          anonymous: {
            enabled: true,
            conditions: [{ path: '/livez' }, { path: '/readyz' }, { path: '/healthz' }],
          },
        }),
      ]

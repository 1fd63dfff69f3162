import { type GeneratedFile, jsonFile } from '../stack/index.ts'
import { apiserverUrl, type NixosFacts } from './nixos-facts.ts'
import { bundleFile, certificateFile, keyFile, type SecretName } from './secrets.ts'

/** `mkKubeConfigOptions`. */
export interface KubeconfigOptions {
  readonly server?: string | undefined
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** A kubeconfig that names files and holds no secret. */
export interface ComponentKubeconfig {
  readonly file: GeneratedFile
  readonly path: string
  /** Files without which it is of no use. */
  readonly needs: readonly string[]
}

/** NixOS puts `current-context` into the context, which has no name, so that kubectl finds none. */
export const contextsOf = ({ form }: NixosFacts, user: string): object =>
  form === 'verbatim'
    ? { contexts: [{ context: { cluster: 'local', user }, 'current-context': 'local' }] }
    : {
        contexts: [{ name: 'local', context: { cluster: 'local', user } }],
        'current-context': 'local',
      }

/** `mkKubeConfig`: the component's own certificate, the cluster's CA and kube-apiserver, unless told otherwise. */
export const componentKubeconfig = (
  facts: NixosFacts,
  user: string,
  secret: SecretName,
  options: KubeconfigOptions = {},
): ComponentKubeconfig => {
  const ca = options.caFile ?? bundleFile(facts, 'server-ca')
  const certificate = options.certFile ?? certificateFile(facts, secret)
  const key = options.keyFile ?? keyFile(facts, secret)
  const path = `/etc/kubernetes/${user}.kubeconfig`
  const file = jsonFile(path, {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: {
          'certificate-authority': ca,
          server: options.server ?? apiserverUrl(facts),
        },
      },
    ],
    users: [{ name: user, user: { 'client-certificate': certificate, 'client-key': key } }],
    ...contextsOf(facts, user),
  })
  return { file, path, needs: [ca, certificate, key] }
}

import { stringify } from 'yaml'
import type { Secret } from '../encoding/index.ts'

/** Credentials of a kubeconfig: by file, so that a renewal reaches the client, or embedded, to carry it away. */
export type KubeconfigCredentials =
  | {
      readonly kind: 'files'
      readonly ca: string
      readonly certificate: string
      readonly key: string
    }
  /** PEM texts. */
  | {
      readonly kind: 'embedded'
      readonly ca: string
      readonly certificate: string
      readonly key: Secret<string>
    }

export interface Kubeconfig {
  readonly cluster: string
  readonly server: string
  readonly user: string
  readonly credentials: KubeconfigCredentials
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** YAML of a `v1` Config with one context, which is current. */
export const formatKubeconfig = ({ cluster, server, user, credentials }: Kubeconfig): string => {
  const { ca, certificate } = credentials
  const isEmbedded = credentials.kind === 'embedded'
  const context = `${user}@${cluster}`
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: cluster,
          cluster: isEmbedded
            ? { server, 'certificate-authority-data': base64(ca) }
            : { server, 'certificate-authority': ca },
        },
      ],
      users: [
        {
          name: user,
          user:
            credentials.kind === 'embedded'
              ? {
                  'client-certificate-data': base64(certificate),
                  'client-key-data': base64(credentials.key.reveal()),
                }
              : { 'client-certificate': certificate, 'client-key': credentials.key },
        },
      ],
      contexts: [{ name: context, context: { cluster, user } }],
      'current-context': context,
    },
    // kubectl reads YAML 1.1, where `no`, `on` and `1_000` are no texts unless they are quoted.
    { lineWidth: 0, version: '1.1' },
  )
}

import { commandWords, featureGates, list, type NixosFlag } from './flags.ts'
import type { NixosFacts } from './nixos-facts.ts'
import { bundleFile, certificateFile, keyFile, orLayout, serviceAccountFiles } from './secrets.ts'

export const POLICY_FILE = '/etc/kubernetes/authorization-policy.jsonl'

/** Every file of certificates, keys and CAs on its command line; undefined: none. */
export const apiserverFiles = (facts: NixosFacts) => {
  const { apiserver } = facts.options
  const pair = (name: 'kube-apiserver' | `kube-apiserver-${'proxy' | 'kubelet' | 'etcd'}-client`) =>
    ({ certificate: certificateFile(facts, name), key: keyFile(facts, name) }) as const
  const [serving, kubelet] = [pair('kube-apiserver'), pair('kube-apiserver-kubelet-client')]
  const [etcd, proxy] = [pair('kube-apiserver-etcd-client'), pair('kube-apiserver-proxy-client')]
  return {
    clientCa: orLayout(apiserver.clientCaFile, bundleFile(facts, 'client-ca')),
    etcdCa: orLayout(apiserver.etcd.caFile, bundleFile(facts, 'etcd-client')),
    etcdCertificate: orLayout(apiserver.etcd.certFile, etcd.certificate),
    etcdKey: orLayout(apiserver.etcd.keyFile, etcd.key),
    kubeletCa: orLayout(apiserver.kubeletClientCaFile, bundleFile(facts, 'server-ca')),
    kubeletCertificate: orLayout(apiserver.kubeletClientCertFile, kubelet.certificate),
    kubeletKey: orLayout(apiserver.kubeletClientKeyFile, kubelet.key),
    serviceAccountKey: orLayout(
      apiserver.serviceAccountKeyFile,
      serviceAccountFiles(facts).verifiers,
    ),
    certificate: orLayout(apiserver.tlsCertFile, serving.certificate),
    key: orLayout(apiserver.tlsKeyFile, serving.key),
    proxyCertificate: orLayout(apiserver.proxyClientCertFile, proxy.certificate),
    proxyKey: orLayout(apiserver.proxyClientKeyFile, proxy.key),
  }
}

/** Where etcd answers: NixOS goes by a name that its /etc/hosts gives to loopback. */
export const etcdServers = ({ options, form }: NixosFacts): readonly string[] =>
  options.apiserver.etcd.servers ??
  (form === 'verbatim' ? ['https://etcd.local:2379'] : ['https://127.0.0.1:2379'])

/** The command line in the order of apiserver.nix, with a trust in the aggregator that it lacks. */
export const apiserverWords = (facts: NixosFacts): string[] =>
  commandWords(
    facts,
    'kube-apiserver',
    [
      ...admission(facts),
      ...authentication(facts),
      ...clients(facts),
      ...requestHeaders(facts),
      ...serving(facts),
    ],
    facts.options.apiserver.extraOpts,
  )

const admission = (facts: NixosFacts): readonly NixosFlag[] => {
  const { apiserver } = facts.options
  const { authorizationMode: modes, disableAdmissionPlugins: disabled } = apiserver
  // NixOS writes it empty, too.
  const none = facts.form === 'verbatim' ? '' : undefined
  const enabled = list(apiserver.enableAdmissionPlugins)
  return [
    ['allow-privileged', apiserver.allowPrivileged],
    ['authorization-mode', list(modes)],
    ['authorization-policy-file', modes.includes('ABAC') ? POLICY_FILE : undefined],
    ['authorization-webhook-config-file', apiserver.webhookConfig ?? undefined],
    // The two lists came with 1.10; what had been on without a word was off in 1.9 unless named.
    ['disable-admission-plugins', list(disabled) ?? none, { since: '1.10' }],
    ['enable-admission-plugins', enabled, { since: '1.10' }],
    ['admission-control', enabled, { before: '1.10' }],
  ]
}

const authentication = (facts: NixosFacts): readonly NixosFlag[] => {
  const { apiserver } = facts.options
  const files = apiserverFiles(facts)
  return [
    ['client-ca-file', files.clientCa],
    ['basic-auth-file', apiserver.basicAuthFile ?? undefined],
    ['token-auth-file', apiserver.tokenAuthFile ?? undefined],
    ['service-account-key-file', files.serviceAccountKey],
  ]
}

const clients = (facts: NixosFacts): readonly NixosFlag[] => {
  const { apiserver } = facts.options
  const files = apiserverFiles(facts)
  return [
    ['etcd-servers', list(etcdServers(facts))],
    ['etcd-cafile', files.etcdCa],
    ['etcd-certfile', files.etcdCertificate],
    ['etcd-keyfile', files.etcdKey],
    ['kubelet-https', apiserver.kubeletHttps],
    ['kubelet-certificate-authority', files.kubeletCa],
    ['kubelet-client-certificate', files.kubeletCertificate],
    ['kubelet-client-key', files.kubeletKey],
    ['proxy-client-cert-file', files.proxyCertificate],
    ['proxy-client-key-file', files.proxyKey],
    ['storage-backend', apiserver.storageBackend],
  ]
}

/** Without these no server behind the aggregation layer believes what kube-apiserver says of a user. */
const requestHeaders = (facts: NixosFacts): readonly NixosFlag[] =>
  facts.form === 'verbatim' || facts.options.apiserver.proxyClientCertFile === null
    ? []
    : [
        ['requestheader-client-ca-file', bundleFile(facts, 'front-proxy')],
        ['requestheader-allowed-names', 'front-proxy-client'],
        ['requestheader-username-headers', 'X-Remote-User'],
        ['requestheader-group-headers', 'X-Remote-Group'],
        ['requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
      ]

const serving = (facts: NixosFacts): readonly NixosFlag[] => {
  const { description, options } = facts
  const { apiserver } = options
  const files = apiserverFiles(facts)
  return [
    ['bind-address', apiserver.bindAddress],
    ['advertise-address', apiserver.advertiseAddress ?? undefined],
    ['feature-gates', featureGates(facts, apiserver.featureGates)],
    ['insecure-bind-address', apiserver.insecureBindAddress],
    ['insecure-port', apiserver.insecurePort],
    ['runtime-config', apiserver.runtimeConfig || undefined],
    ['secure-port', description.apiserverPort],
    ['service-cluster-ip-range', description.networks.services[0]],
    ['tls-cert-file', files.certificate],
    ['tls-private-key-file', files.key],
    ['v', apiserver.verbosity],
  ]
}

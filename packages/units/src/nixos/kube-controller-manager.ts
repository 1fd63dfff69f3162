import { componentService, type ServiceFiles } from './component-service.ts'
import { commandWords, featureGates, type NixosFlag } from './flags.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { leaderService } from './leader-service.ts'
import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'
import {
  bundleFile,
  certificateFile,
  keyFile,
  orLayout,
  present,
  serviceAccountFiles,
} from './secrets.ts'

const NAME = 'kube-controller-manager'

// --bind-address and --secure-port came with 1.10 (kubernetes/kubernetes#62599).
const SECURE_SINCE = { since: '1.10' } as const
const PLAIN_BEFORE = { before: '1.10' } as const

export const kubeControllerManager = (facts: NixosFacts): ServiceFiles => {
  const { controllerManager } = facts.options
  const kubeconfig = componentKubeconfig(
    facts,
    NAME,
    `${NAME}-client`,
    controllerManager.kubeconfig,
  )
  const { rootCa, serviceAccountKey, certificate, key } = filesOf(facts)
  const service = componentService(facts, {
    name: NAME,
    description: 'Kubernetes Controller Manager Service',
    ...leaderService(facts, kubeconfig.path),
    needs: [
      ...new Set([...kubeconfig.needs, ...present([rootCa, serviceAccountKey, certificate, key])]),
    ],
    sourceRestart: ['on-failure', '30'],
    command: {
      program: kubernetesProgram(facts, NAME),
      arguments: commandWords(
        facts,
        NAME,
        flags(facts, kubeconfig.path),
        controllerManager.extraOpts,
      ),
    },
    defects: [
      'its serving certificate is issued and given to nobody',
      'a renewed service-account key was to be met by "systemctl reload", and the unit has no ExecReload=',
    ],
  })
  return { ...service, files: [...service.files, kubeconfig.file] }
}

/** NixOS gives it no certificate of its own, so that it signs one for itself. */
const filesOf = (facts: NixosFacts) => {
  const { rootCaFile, serviceAccountKeyFile, tlsCertFile, tlsKeyFile } =
    facts.options.controllerManager
  const own = (file: string): string | undefined => (facts.form === 'verbatim' ? undefined : file)
  return {
    rootCa: orLayout(rootCaFile, bundleFile(facts, 'server-ca')),
    serviceAccountKey: orLayout(serviceAccountKeyFile, serviceAccountFiles(facts).key),
    certificate:
      tlsCertFile === undefined ? own(certificateFile(facts, NAME)) : (tlsCertFile ?? undefined),
    key: tlsKeyFile === undefined ? own(keyFile(facts, NAME)) : (tlsKeyFile ?? undefined),
  }
}

const flags = (facts: NixosFacts, kubeconfig: string): readonly NixosFlag[] => {
  const { description, options } = facts
  const { controllerManager, apiserver } = options
  const files = filesOf(facts)
  return [
    ['allocate-node-cidrs', controllerManager.allocateNodeCIDRs],
    ['address', controllerManager.bindAddress, PLAIN_BEFORE],
    ['bind-address', controllerManager.bindAddress, SECURE_SINCE],
    ['cluster-cidr', description.networks.pods[0]],
    ['feature-gates', featureGates(facts, controllerManager.featureGates)],
    ['kubeconfig', kubeconfig],
    ['leader-elect', controllerManager.leaderElect],
    ['root-ca-file', files.rootCa],
    // 1.9 has but one port, and no health without it.
    ['port', controllerManager.securePort, PLAIN_BEFORE],
    ['port', controllerManager.insecurePort, SECURE_SINCE],
    ['secure-port', controllerManager.securePort, SECURE_SINCE],
    ['service-account-private-key-file', files.serviceAccountKey],
    ['tls-cert-file', files.certificate, SECURE_SINCE],
    ['tls-private-key-file', files.key, SECURE_SINCE],
    ...(apiserver.authorizationMode.includes('RBAC')
      ? ([['use-service-account-credentials', true]] as const)
      : []),
    ['v', controllerManager.verbosity],
  ]
}

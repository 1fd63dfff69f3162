import {
  corednsAccount,
  corednsConfig,
  corednsDeployment,
  corednsRole,
  corednsRoleBinding,
  corednsService,
  keptAddon,
} from '../modern/index.ts'
import type { NixosFacts } from './nixos-facts.ts'

/** NixOS's own: above 1023, so that the program needs no capability. */
const PORTS = { dns: 10_053, health: 10_054, metrics: 10_055 } as const

/** Rights that the administrator gives; the rest is the addon manager's. */
export const corednsBootstrap: Readonly<Record<string, object>> = {
  'coredns-cr': corednsRole,
  'coredns-crb': corednsRoleBinding,
}

/** `addons.dns`, by the names of its files. */
export const corednsAddons = ({
  description,
  options,
}: NixosFacts): Readonly<Record<string, object>> => {
  const { corefile, image, imageArchive, reconcileMode, replicas } = options.addons.dns
  return {
    'coredns-sa': keptAddon(corednsAccount),
    'coredns-cm': keptAddon(
      corednsConfig(corefile ?? presetCorefile(description.domain)),
      reconcileMode,
    ),
    'coredns-deploy': keptAddon(
      corednsDeployment(replicas, {
        image,
        imagePullPolicy: imageArchive === null ? 'IfNotPresent' : 'Never',
        ports: PORTS,
        // The other label came with 1.14, and kubelets before it do not set it.
        systemLabel: 'beta.kubernetes.io/os',
        mastersAre: ['master'],
      }),
      reconcileMode,
    ),
    'coredns-svc': keptAddon(
      corednsService(description.networks.dns, [
        { name: 'dns', port: 53, targetPort: PORTS.dns, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: PORTS.dns, protocol: 'TCP' },
      ]),
    ),
  }
}

const presetCorefile = (domain: string): string => `.:${PORTS.dns} {
    errors
    health :${PORTS.health}
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :${PORTS.metrics}
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`

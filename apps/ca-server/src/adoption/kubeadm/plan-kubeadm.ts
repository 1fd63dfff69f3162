import { addressInCidr, parseHost, uniqueHosts, urlHost } from '@easycerts/shared/cluster'
import { addDuration, days } from '@easycerts/shared/time'
import { formatName } from '@easycerts/shared/x509'
import type { AdoptionPlan, PlannedThing } from '../adoption-plan.ts'
import type { ClusterFlags } from '../cluster-flags.ts'
import type { Faults } from '../faults.ts'
import type { KubeadmMaster } from './survey-kubeadm.ts'

/** What an import makes of a directory of kubeadm, but for the unit. Undefined where the faults say why not. */
export const planKubeadm = (
  master: KubeadmMaster,
  flags: ClusterFlags,
  faults: Faults,
): Omit<AdoptionPlan, 'files'> | undefined => {
  const { imported } = master
  const given = flags.addresses.flatMap((text) => faults.attempt(() => parseHost(text)) ?? [])
  const hosts = uniqueHosts([...given, ...master.hosts.map(parseHost)])
  const service = faults.attempt(() => addressInCidr(flags.serviceCidr, 1))
  if (service !== undefined && master.hosts.length > 0 && !master.hosts.includes(service))
    faults.add(
      `${master.pki}/apiserver.crt is not for ${service}, so ${flags.serviceCidr} is not the range of services: give --service-cidr`,
    )
  // The service's own address leads to kube-apiserver and never to this host.
  const addresses = hosts.map(({ value }) => value).filter((value) => value !== service)
  const [first] = addresses
  if (first === undefined) faults.add('no address of this master is known: give --address')
  if (first === undefined || !imported.cluster) return undefined
  const { name, domain, serviceCidr, podCidr, kubernetesVersion, description } = flags
  const life = '720h'
  return {
    kind: 'kubeadm',
    config: {
      cluster: {
        ...{ name, domain, serviceCidr, podCidr, kubernetesVersion },
        apiserver: master.apiserver ?? `https://${urlHost(parseHost(first))}:6443`,
        ...(description === undefined ? {} : { description }),
      },
      addresses,
      listen: {
        address: '0.0.0.0',
        ...{ joinPort: flags.joinPort, nodePort: flags.nodePort, publicPort: flags.publicPort },
      },
      lifetimes: { certificates: life, identity: life, caServer: life },
    },
    imported,
    legacyFiles: [],
    takeover: undefined,
    things: thingsOf(master),
    warnings: [...master.warnings, ...warningsOf(master, flags.now)],
    next: [
      'this master: ca-server ticket create --node NAME --role master --cluster-admin, and node-join --layout kubeadm < ticket',
      'workers, one by one: ca-server ticket create --node NAME --role worker, and there: node-join --layout kubeadm < ticket',
      'kubeadm renews nothing that certmgr keeps: leave "kubeadm certs renew" alone from then on',
    ],
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

const thingsOf = ({ pki, imported, kept, serviceAccountKey }: KubeadmMaster): PlannedThing[] => [
  ...Object.entries(imported).map(([purpose, { certificate }]) => ({
    thing: `CA ${formatName(certificate.subject)}`,
    from: pki,
    becomes: `issuer of ${purpose}, as it is, until ${dayOf(certificate.validity.notAfter)}`,
  })),
  {
    thing: 'enrolment CA',
    from: '-',
    becomes: 'new: nodes with an identity trust it, and nobody else knows it',
  },
  ...kept.map(({ path, certificate }) => ({
    thing: `certificate of ${formatName(certificate.subject)}`,
    from: path,
    becomes: `kept until ${dayOf(certificate.validity.notAfter)}; renewed once this master has joined`,
  })),
  ...(serviceAccountKey === undefined
    ? []
    : [
        {
          thing: 'service-account key',
          from: `${pki}/sa.key`,
          becomes: 'kept, shared by the masters: each that joins tells it, so tokens stay good',
        },
      ]),
]

const SHORT_CA_LIFE = days(365)

const warningsOf = ({ imported, hasSecondSigner }: KubeadmMaster, now: Date): string[] => [
  ...Object.values(imported)
    .filter(({ certificate }) => certificate.validity.notAfter < addDuration(now, SHORT_CA_LIFE))
    .map(
      ({ certificate: { subject, validity } }) =>
        `${formatName(subject)} ends on ${dayOf(validity.notAfter)}: plan a new CA`,
    ),
  ...(hasSecondSigner
    ? [
        'kube-controller-manager signs requests with the key of the CA too (--cluster-signing-key-file): what it signs is in no record here, and whoever may approve requests is a second CA',
      ]
    : []),
]

import { NODE_PATHS } from '@easycerts/shared/layout'
import { urlHost } from '@easycerts/shared/cluster'
import { literalPath } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { DOCKER_ENVIRONMENT, DOCKER_STARTED } from './docker-options.ts'
import { apiserverUrl, hasFlannel, type NixosFacts, runs } from './nixos-facts.ts'
import { script } from './scripts.ts'
import { bundleFile, certificateFile, keyFile } from './secrets.ts'
import {
  CA_ONLINE,
  CONTROL_PLANE_ONLINE,
  FLANNEL_TARGET,
  KUBELET_TARGET,
  NODE_ONLINE,
} from './targets.ts'

/** A waiter has done its work once; only with its target it begins anew. */
const REMAINS = ['RemainAfterExit', 'yes'] as const
const DONE = { program: '/bin/true', arguments: [] } as const
const NOTHING: ServiceFiles = { units: [], files: [] }

/** The control plane that all nodes reach answers this node by its own certificate. */
export const controlPlaneOnline = (facts: NixosFacts): ServiceFiles => {
  const url = `${apiserverUrl(facts)}/healthz`
  const identity = runs(facts, 'kubelet')
    ? [
        ...['--cert', certificateFile(facts, 'kubelet-client')],
        ...['--key', keyFile(facts, 'kubelet-client')],
      ]
    : []
  const place = {
    wantedBy: CONTROL_PLANE_ONLINE,
    after: [
      ...(runs(facts, 'scheduler') ? ['kube-scheduler.service'] : []),
      ...(runs(facts, 'controllerManager') ? ['kube-controller-manager.service'] : []),
    ],
    before: [CONTROL_PLANE_ONLINE],
  }
  return componentService(facts, {
    name: 'kube-control-plane-online',
    description: 'Kubernetes control plane is online',
    eventual: place,
    online: place,
    type: 'oneshot',
    restartSeconds: 5,
    waits: [
      {
        what: `the control plane at ${url}`,
        limitSeconds: 480,
        pauseSeconds: 3,
        command: [
          ...['curl', '--silent', '--show-error', '--fail', '--output', '/dev/null'],
          ...['--cacert', bundleFile(facts, 'server-ca'), ...identity, url],
        ],
      },
    ],
    // The `do` without its semicolon is NixOS's own.
    sourcePreStart: [
      `until curl -Ssf ${url} do`,
      '  echo curl -Ssf: exit status $?',
      '  sleep 3',
      'done',
    ],
    command: DONE,
    service: [REMAINS],
    sourceService: [['TimeoutSec', '500']],
    defects: [
      '"until ... do" lacks a semicolon: a syntax error, so that the control plane is never found',
      'curl knows no CA of the cluster, and shows no certificate',
    ],
  })
}

/**
 * flannel needs the kubelet to know its subnet, and then docker begins anew: no pod may be made
 * before that, for it would have to be made again.
 */
export const kubeletOnline = (facts: NixosFacts): ServiceFiles => {
  const place = {
    wantedBy: NODE_ONLINE,
    after: [...(hasFlannel(facts) ? [FLANNEL_TARGET] : []), KUBELET_TARGET],
    before: [NODE_ONLINE],
  }
  const isDocker = facts.description.containerRuntime.name === 'docker'
  const check = isDocker ? dockerIsNewer : subnetIsKnown
  const service = componentService(facts, {
    name: 'kubelet-online',
    description: 'The kubelet can run pods in the network of this node',
    eventual: place,
    online: place,
    type: 'oneshot',
    restartSeconds: 5,
    waits: hasFlannel(facts)
      ? [
          {
            what: isDocker ? 'docker to start after flannel' : 'the subnet of flannel',
            limitSeconds: 300,
            pauseSeconds: 1,
            command: [check.path],
          },
        ]
      : [],
    ...(hasFlannel(facts) && isDocker ? { sourcePreStart: SOURCE_LOOPS } : {}),
    command: DONE,
    service: [REMAINS],
    sourceService: [],
    defects: ['its loops have no end but the time systemd gives to any start'],
  })
  return hasFlannel(facts) && facts.form !== 'verbatim'
    ? { ...service, files: [...service.files, check] }
    : service
}

const dockerIsNewer = script('docker-is-newer-than-flannel', [
  '# A restart of docker that is still to come counts for nothing.',
  `[ -f ${DOCKER_ENVIRONMENT} ] || exit 1`,
  '[ "$(systemctl show --property=ActiveState --value mk-docker-opts.service)" != activating ] || exit 1',
  '[ "$(systemctl show --property=ActiveState --value docker.service)" = active ] || exit 1',
  ...DOCKER_STARTED,
  `[ "$started" -ge "$(stat --format=%Y ${DOCKER_ENVIRONMENT})" ]`,
])

const subnetIsKnown = script('flannel-has-subnet', ['[ -s /run/flannel/subnet.env ]'])

const SOURCE_LOOPS = [
  `until test -f ${DOCKER_ENVIRONMENT} ; do sleep 1 ; done`,
  `while test \`stat --print=%Y ${DOCKER_ENVIRONMENT}\` -gt \`date +%s --date="$(systemctl show --property=ActiveEnterTimestamp --value docker)"\` ; do`,
  '  sleep 1',
  'done',
] as const

/** ca-server, in the place of cfssl, takes this node's identity; whatever it then answers, it is there. */
export const caOnline = (facts: NixosFacts): ServiceFiles => {
  if (facts.form === 'verbatim' || !runs(facts, 'certificates')) return NOTHING
  const { description, options } = facts
  const address = options.certificateAuthority ?? `${urlHost(description.masterAddress)}:7444`
  const place = {
    wantedBy: CA_ONLINE,
    after: ['network-online.target'],
    before: [CA_ONLINE],
  }
  const service = componentService(facts, {
    name: 'cfssl-online',
    description: `Wait for ${address} to be reachable.`,
    eventual: place,
    online: place,
    type: 'oneshot',
    restartSeconds: 10,
    ofCluster: false,
    waits: [
      {
        what: `the certificate authority at ${address}`,
        limitSeconds: 280,
        pauseSeconds: 2,
        command: [
          ...['curl', '--silent', '--show-error', '--output', '/dev/null'],
          ...[
            '--cacert',
            NODE_PATHS.identityAnchor,
            '--cert',
            NODE_PATHS.identity,
            `https://${address}/`,
          ],
        ],
      },
    ],
    command: DONE,
    service: [REMAINS],
  })
  // Before the join there is nobody to ask.
  return {
    ...service,
    units: service.units.map((unit) => ({
      ...unit,
      sections: unit.sections.map((section) =>
        section.name === 'Unit'
          ? {
              ...section,
              directives: [
                ...section.directives,
                ['ConditionPathExists', literalPath(NODE_PATHS.identity)] as const,
              ],
            }
          : section,
      ),
    })),
  }
}

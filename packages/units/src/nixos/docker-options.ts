import type { Unit } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import type { NixosFacts } from './nixos-facts.ts'
import { script } from './scripts.ts'
import { FLANNEL_TARGET } from './targets.ts'

const SUBNET_FILE = '/run/flannel/subnet.env'
/** DOCKER_OPTS of the subnet that flannel gave to this node. */
export const DOCKER_ENVIRONMENT = '/run/flannel/docker'

/** In the epoch's seconds; the time zone's own name may not be one that date(1) knows. */
export const DOCKER_STARTED = [
  'started=$(TZ=UTC LC_ALL=C systemctl show --property=ActiveEnterTimestamp --value docker.service)',
  'started=$(TZ=UTC LC_ALL=C date --date="${started:-1970-01-01}" +%s)',
] as const

/** docker must have started after flannel found its subnet, or pods get addresses of another network. */
const source = script('mk-docker-opts', [
  `mk-docker-opts -d ${DOCKER_ENVIRONMENT}`,
  'systemctl restart docker',
])

/** docker is restarted for what changed, for each restart costs it its containers. */
const repaired = script('mk-docker-opts', [
  'set -eu',
  'umask 022',
  `mk-docker-opts -d ${DOCKER_ENVIRONMENT}.new`,
  `if cmp -s ${DOCKER_ENVIRONMENT}.new ${DOCKER_ENVIRONMENT}; then`,
  `  rm ${DOCKER_ENVIRONMENT}.new`,
  'else',
  `  mv ${DOCKER_ENVIRONMENT}.new ${DOCKER_ENVIRONMENT}`,
  'fi',
  ...DOCKER_STARTED,
  `written=$(stat --format=%Y ${DOCKER_ENVIRONMENT})`,
  '[ "$started" -gt "$written" ] || systemctl restart docker.service',
])

/** Hands flannel's subnet to docker whenever it changes; only docker needs that. */
export const dockerOptions = (facts: NixosFacts): ServiceFiles => {
  if (facts.description.containerRuntime.name !== 'docker') return { units: [], files: [] }
  const text = facts.form === 'verbatim' ? source : repaired
  const place = { wantedBy: FLANNEL_TARGET, after: [], before: [FLANNEL_TARGET] }
  const service = componentService(facts, {
    name: 'mk-docker-opts',
    description: 'Pre-Docker Actions',
    eventual: { wantedBy: 'flannel.service', after: [] },
    online: place,
    type: 'oneshot',
    restartSeconds: 5,
    ofCluster: false,
    programs: ['mk-docker-opts', 'awk', 'grep'],
    command: { program: text.path, arguments: [] },
    defects: ['docker is restarted, and its containers with it, even where nothing has changed'],
  })
  const [unit] = service.units
  // Its path starts it: before flannel has its subnet there is nothing to do.
  const units = unit === undefined ? [] : [withoutInstall(unit), subnetPath(facts)]
  return {
    units,
    files: [...service.files, text],
    defects: {
      ...service.defects,
      ...(facts.form === 'verbatim' ? { 'flannel-subnet-env.path': [FIRES_EARLY] } : {}),
    },
  }
}

const FIRES_EARLY = 'PathModified= fires for each write to the file, whole or not'

const withoutInstall = ({ name, sections }: Unit): Unit => ({
  name,
  sections: sections.filter((section) => section.name !== 'Install'),
})

/** It watches before flannel writes: a file that is there already is no change. */
const subnetPath = ({ form }: NixosFacts): Unit => ({
  name: 'flannel-subnet-env.path',
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', 'The subnet that flannel has found'],
        ...(form === 'verbatim' ? [] : ([['Before', 'flannel.service']] as const)),
      ],
    },
    {
      name: 'Path',
      directives: [
        [form === 'verbatim' ? 'PathModified' : 'PathChanged', SUBNET_FILE],
        ['Unit', 'mk-docker-opts.service'],
      ],
    },
    { name: 'Install', directives: [['WantedBy', 'flannel.service']] },
  ],
})

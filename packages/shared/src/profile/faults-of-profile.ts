import {
  type ClusterFacts,
  type Host,
  type NodeFacts,
  parseHost,
  type Role,
} from '../cluster/index.ts'
import { type Duration, days, formatDuration, seconds } from '../time/index.ts'
import type { CustomProfile } from './custom-profile.ts'
import type { Profile } from './profile.ts'
import { findReserved, reservedHosts } from './reserved-hosts.ts'
import { isReservedSubject } from './reserved-subject.ts'
import { expandHosts, expandTemplate, faultOfTemplate, type TemplateFacts } from './template.ts'

/** Something wrong with a profile, and where: the path of a field inside it. */
export interface ProfileFault {
  readonly path: readonly (string | number)[]
  readonly text: string
}

/** What is known of the cluster when a profile is looked at; absent if that part is faulty itself. */
export interface ProfileSurroundings {
  readonly cluster: ClusterFacts | undefined
  readonly caHosts: readonly Host[]
}

export const MIN_PROFILE_LIFE = seconds(20)
export const MAX_PROFILE_LIFE = days(398)

const MAX_NAME_OCTETS = 64

/** Every fault of a profile of the operator's own, found by expanding it for sample nodes. */
export const faultsOfProfile = (
  profile: CustomProfile,
  surroundings: ProfileSurroundings,
): ProfileFault[] => [
  ...faultsOfSubject(profile, surroundings),
  ...(profile.names ?? []).flatMap((template, index) =>
    faultsOfName(template, ['names', index], profile, surroundings),
  ),
  ...faultsOfRequesters(profile),
  ...faultsOfLife(profile.life, MAX_PROFILE_LIFE),
]

/** Bounds of a life that an operator sets; `longest` is the built-in profile's own where it has one. */
export const faultsOfLife = (life: Duration | undefined, longest: Duration): ProfileFault[] =>
  life === undefined || (life >= MIN_PROFILE_LIFE && life <= longest)
    ? []
    : [
        {
          path: ['life'],
          text: `must be from ${formatDuration(MIN_PROFILE_LIFE)} to ${formatDuration(longest)}`,
        },
      ]

/** How long a built-in profile may be made to live: what easycerts itself needs has its own settings. */
export const longestOverride = ({ lifeFrom, life, maxLife }: Profile): Duration | undefined => {
  if (lifeFrom === 'identity' || lifeFrom === 'caServer') return undefined
  return maxLife ?? (lifeFrom === 'own' ? life : MAX_PROFILE_LIFE)
}

const faultsOfRequesters = ({ usage, names, roles, requesters }: CustomProfile): ProfileFault[] => [
  ...(usage !== 'client' && (names ?? []).length === 0
    ? [{ path: ['names'], text: `is empty, and a ${usage} is known by its names alone` }]
    : []),
  ...((roles ?? []).length === 0 && (requesters ?? []).length === 0
    ? [{ path: ['roles'], text: 'nobody may ask for it: give roles or requesters' }]
    : []),
]

const faultsOfSubject = (
  { commonName, organizations = [] }: CustomProfile,
  { cluster }: ProfileSurroundings,
): ProfileFault[] => [
  ...faultsOfText(commonName, ['commonName'], cluster, 'text'),
  ...organizations.flatMap((template, index) =>
    faultsOfText(template, ['organizations', index], cluster, 'list'),
  ),
]

const faultsOfText = (
  template: string,
  path: ProfileFault['path'],
  cluster: ClusterFacts | undefined,
  kind: 'text' | 'list',
): ProfileFault[] => {
  const broken = faultOfTemplate(template, kind)
  if (broken !== undefined) return [{ path, text: broken }]
  const texts = cluster === undefined ? [template] : samplesOf(template, cluster)
  const reserved = texts.find(isReservedSubject)
  if (reserved !== undefined)
    return [
      { path, text: `gives "${reserved}", and system: and easycerts: are for built-in profiles` },
    ]
  const wrong = texts.find((text) => text.length > MAX_NAME_OCTETS || !/^[\x20-\x7e]+$/.test(text))
  return wrong === undefined
    ? []
    : [{ path, text: `must give 1 to ${MAX_NAME_OCTETS} printable characters of ASCII` }]
}

const faultsOfName = (
  template: string,
  path: ProfileFault['path'],
  { roles = [], requesters = [] }: CustomProfile,
  { cluster, caHosts }: ProfileSurroundings,
): ProfileFault[] => {
  const broken = faultOfTemplate(template, 'list')
  if (broken !== undefined) return [{ path, text: broken }]
  if (cluster === undefined) return []
  const hosts = hostsOf(template, { cluster, node: sampleNode('node-1', 'worker') })
  if (hosts === undefined)
    return [{ path, text: 'gives what is neither a DNS name nor an address' }]
  const isForMastersAlone = requesters.length === 0 && !roles.includes('worker')
  const reserved = isForMastersAlone
    ? undefined
    : findReserved(hosts, reservedHosts(cluster, caHosts))
  return reserved === undefined
    ? []
    : [{ path, text: `gives ${reserved.value}, a name of the CA or of kube-apiserver` }]
}

const hostsOf = (template: string, facts: TemplateFacts): Host[] | undefined => {
  try {
    return expandHosts([template], facts)
  } catch {
    return undefined
  }
}

// A node may be called like the first half of a reserved name: '{node.name}:masters'.
const SAMPLE_NAMES = ['node-1', 'system', 'easycerts']

const samplesOf = (template: string, cluster: ClusterFacts): string[] =>
  SAMPLE_NAMES.flatMap((name) =>
    expandTemplate(template, { cluster, node: sampleNode(name, 'worker') }),
  )

const sampleNode = (name: string, role: Role): NodeFacts => ({
  name,
  role,
  hosts: [parseHost(`${name}.example`), parseHost('192.0.2.1'), parseHost('2001:db8::1')],
  clusterAdmin: false,
})

import * as v from 'valibot'
import { CONFIGURED_COMPONENTS } from '../sections/settings.ts'
import { kubeletWrapperOptions } from '../sections/kubelet-wrapper-options.ts'
import {
  EVERY_SETTING,
  fault,
  type Fault,
  type Judged,
  type Judge,
  ofFlavour,
  type Rule,
} from './rule.ts'

const optionsOf = ({ file }: Judged) => file.kubeletWrapper ?? v.parse(kubeletWrapperOptions, {})

type Version = readonly number[]

const compare = (a: Version, b: Version): number => {
  const index = a.findIndex((part, place) => part !== (b[place] ?? 0))
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

const versionOf = (text: string): Version => text.split('.').map(Number)

/** `v1.5.4_coreos.0` → 1, 5, 4, 0; a tag of another form says nothing of its age. */
const taggedVersion = (image: string): Version | undefined => {
  const [, ...parts] = /(?:^|:)v(\d+)\.(\d+)\.(\d+)(?:_coreos\.(\d+))?$/.exec(image) ?? []
  return parts.length === 0 ? undefined : parts.map((part: string | undefined) => Number(part ?? 0))
}

const oneImage: Judge = (judged) => {
  const { tag, url, image } = optionsOf(judged).image
  const path = ['kubeletWrapper', 'image']
  if (image === undefined)
    return tag === undefined ? [fault(path, 'needs a tag, or an image that holds it')] : []
  return tag === undefined && url === undefined
    ? []
    : [fault([...path, 'image'], 'is the whole name: leave tag and url out')]
}

const FIRST_WITH_RBD = [1, 3, 6, 0]
const FIRST_WITH_AUTHENTICATION = [1, 5, 0, 0]
const FIRST_WITHOUT_API_SERVERS = [1, 8, 0, 0]

const imageCanDoIt: Judge = (judged): Fault[] => {
  const { image, rbd, unauthenticated } = optionsOf(judged)
  const path = ['kubeletWrapper', 'image']
  const version = taggedVersion(image.tag ?? image.image ?? '')
  if (version === undefined) return []
  return [
    ...(rbd && compare(version, FIRST_WITH_RBD) < 0
      ? [fault(path, 'has no program for rbd: it is in v1.3.6_coreos.0 and later')]
      : []),
    ...(!unauthenticated && compare(version, FIRST_WITH_AUTHENTICATION) < 0
      ? [fault(path, 'is of a kubelet that authenticates nobody: that came with 1.5')]
      : []),
    ...(compare(version, FIRST_WITHOUT_API_SERVERS) >= 0
      ? [fault(path, 'is of a kubelet without --api-servers: that went with 1.8')]
      : []),
  ]
}

const FIRST_WITH_WRAPPER = [962, 0, 0]
const FIRST_RKT = [0, 15, 0]

const rktOfOldCoreos: Judge = (judged) => {
  const { coreosVersion, rktVersion } = optionsOf(judged)
  if (coreosVersion === undefined) return []
  const path = ['kubeletWrapper', 'rktVersion']
  if (compare(versionOf(coreosVersion), FIRST_WITH_WRAPPER) >= 0) return []
  if (rktVersion === undefined) return [fault(path, 'is needed for CoreOS before 962.0.0')]
  return compare(versionOf(rktVersion), FIRST_RKT) < 0
    ? [fault(path, 'must be 0.15.0 or later for the wrapper')]
    : []
}

const knownParts: Judge = ({ file }): Fault[] => [
  ...(file.containerRuntime?.name === 'containerd'
    ? [fault(['containerRuntime', 'name'], 'must be docker or rkt for Kubernetes 1.5')]
    : []),
  ...(file.cni === 'calico' || file.cni === 'bridge'
    ? [fault(['cni'], 'must be flannel or none for kubelet-wrapper')]
    : []),
  ...CONFIGURED_COMPONENTS.flatMap((name) => [
    ...(Object.keys(file.settings[name].config).length > 0
      ? [fault(['settings', name, 'config'], 'Kubernetes 1.5 has no configuration files')]
      : []),
    ...(name !== 'kubelet' && Object.keys(file.settings[name].extraFlags).length > 0
      ? [fault(['settings', name, 'extraFlags'], 'kubelet-wrapper runs the kubelet alone')]
      : []),
  ]),
  ...file.nodes.flatMap(({ taints }, index) =>
    taints.length > 0
      ? [fault(['nodes', index, 'taints'], 'a kubelet registers no taints before 1.6')]
      : [],
  ),
]

const JUDGES: readonly Judge[] = [oneImage, imageCanDoIt, rktOfOldCoreos, knownParts]

/** Whether CoreOS brings the wrapper itself. */
export const bringsWrapper = (coreosVersion: string | undefined): boolean =>
  coreosVersion === undefined || compare(versionOf(coreosVersion), FIRST_WITH_WRAPPER) >= 0

/** What Kubernetes 1.5 in a container of rkt has no place for, or would get wrong. */
export const KUBELET_WRAPPER_RULES: readonly Rule[] = [
  ofFlavour('kubelet-wrapper', [...EVERY_SETTING, 'kubeletWrapper'], JUDGES),
]

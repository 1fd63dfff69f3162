import { urlHost } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import {
  bringsWrapper,
  type ClusterDescription,
  type DescribedNode,
  kubeletWrapperOptions,
  type KubeletWrapperOptions,
} from '../description/index.ts'
import type { StackRequest } from '../stack/index.ts'

export interface WrapperFacts {
  readonly description: ClusterDescription
  readonly node: DescribedNode
  readonly options: KubeletWrapperOptions
  /** Where the wrapper is: CoreOS's, or the one that we put there. */
  readonly wrapper: string
  readonly isController: boolean
  readonly withFlannel: boolean
}

export const OWN_WRAPPER = '/opt/bin/kubelet-wrapper'

export const wrapperFacts = ({ description, node }: StackRequest): WrapperFacts => {
  const options = description.kubeletWrapper ?? v.parse(kubeletWrapperOptions, {})
  return {
    description,
    node,
    options,
    wrapper: bringsWrapper(options.coreosVersion) ? '/usr/lib/coreos/kubelet-wrapper' : OWN_WRAPPER,
    isController: node.components.has('apiserver'),
    withFlannel: description.cni === 'flannel' && node.components.has('flannel'),
  }
}

/** The source's open form dials the port beside it that asks nobody who he is. */
export const apiServersOf = ({ description, options, isController }: WrapperFacts): string => {
  const { masterAddress, apiserverPort } = description
  const dialled =
    options.unauthenticated && isController
      ? 'http://127.0.0.1:8080'
      : `https://${urlHost(masterAddress)}:${apiserverPort}`
  return (options.apiServers ?? [dialled]).join(',')
}

const IMAGE_VARIABLES = [
  ['KUBELET_IMAGE_TAG', 'tag'],
  ['KUBELET_IMAGE_URL', 'url'],
  ['KUBELET_IMAGE', 'image'],
] as const

/** The variables by which the wrapper finds its image: those that the description sets. */
export const imageVariables = ({ options }: WrapperFacts): (readonly [string, string])[] =>
  IMAGE_VARIABLES.flatMap(([name, key]) => {
    const value = options.image[key]
    return value === undefined ? [] : [[name, value] as const]
  })

import { readTextFile } from '@easycerts/adapters/files'
import type { ClusterFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { clusterFactsOf, createNarrowing, parseDescription } from '@easycerts/units/description'
import { sha256Hex } from '@easycerts/shared/encoding'
import type { DescriptionInForce } from '../authority/index.ts'
import type { CaServerConfig } from '../config/index.ts'

/**
 * What nodes are told of the operator's description; undefined without one. ERR_FILE_UNREADABLE; ERR_CONFIG_INVALID with its
 * faults, or with every setting of the CA that it contradicts.
 */
export const describeBy = ({
  description: file,
  cluster,
}: Pick<CaServerConfig, 'description' | 'cluster'>): DescriptionInForce | undefined => {
  if (file === undefined) return undefined
  const text = readTextFile(file)
  const description = parseDescription(file, text)
  const faults = differences(clusterFactsOf(description), cluster)
  if (faults.length > 0)
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      faults.map((fault) => `${file}: ${fault}`).join('\n'),
    )
  const narrow = createNarrowing(file, text)
  const { layout } = description
  return {
    sha256: sha256Hex(Buffer.from(text)),
    layout,
    tell: (node) => ({ layout, text: narrow(node) }),
  }
}

const KEYS = ['name', 'domain', 'serviceCidr', 'podCidr', 'apiserver', 'kubernetesVersion'] as const

const differences = (described: ClusterFacts, configured: ClusterFacts): string[] =>
  KEYS.filter((key) => described[key] !== configured[key]).map(
    (key) =>
      `the cluster has ${key} ${described[key]}, and cluster.${key} of ca-server.yaml is ${configured[key]}`,
  )

import { parseHost } from '@easycerts/shared/cluster'
import { issuePath, parseConfig } from '@easycerts/shared/config'
import * as v from 'valibot'
import type { ClusterDescription, ResolvedDescription } from './cluster-description.ts'
import { descriptionFile, type DescriptionFile } from './description-file.ts'
import { faultsOf } from './faults-of.ts'
import { FLAVOURS } from './flavour.ts'
import { type DescriptionOverrides, overrideDescription } from './override-description.ts'
import { releaseOf } from './release-of.ts'
import { networksOf } from './resolve-networks.ts'
import { resolveNode } from './resolve-nodes.ts'

const checkedFile = v.pipe(
  descriptionFile,
  v.rawCheck(({ dataset, addIssue }) => {
    const faulty = new Set(dataset.issues?.map(({ path }) => path?.[0].key))
    // Not even a map.
    if (faulty.has(undefined)) return
    for (const { path, text } of faultsOf(dataset.value as DescriptionFile, faulty))
      addIssue({ message: text, path: issuePath(dataset.value, path) })
  }),
)

/** YAML or JSON to a description. ERR_CONFIG_INVALID with every fault at once, each with its line. */
export const parseDescription = (
  file: string,
  text: string,
  overrides: DescriptionOverrides = {},
): ClusterDescription =>
  resolve(parseConfig(file, overrideDescription(text, overrides), checkedFile))

const resolve = (written: DescriptionFile): ClusterDescription => {
  const traits = FLAVOURS[written.flavour]
  const { without, nodes, kubernetesVersion, ...rest } = written
  const release = releaseOf({ ...rest, kubernetesVersion })
  const { name, version } = written.containerRuntime ?? { name: traits.containerRuntime }
  const description: ResolvedDescription = {
    ...rest,
    release,
    networks: networksOf(written),
    masterAddress: parseHost(written.masterAddress),
    apiserverPort: written.apiserverPort ?? traits.apiserverPort,
    nodes: nodes.map((node) => resolveNode(node, { without }, release)),
    containerRuntime: { name, ...(version === undefined ? {} : { version }) },
    cni: written.cni ?? traits.cni,
    layout: written.layout ?? traits.layout,
  }
  // The one place that may say so: every rule has been asked.
  return description as ClusterDescription
}

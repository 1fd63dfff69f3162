import { expect, it } from 'vitest'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import { layoutOf } from '@easycerts/shared/layout'
import { parse } from 'yaml'
import { planKubeconfigs } from '../../../apps/node-join/src/plan/plan-kubeconfigs.ts'
import { planSpecs } from '../../../apps/node-join/src/plan/plan-specs.ts'

const cluster = {
  name: 'prod',
  domain: 'cluster.local',
  serviceCidr: '10.96.0.0/12',
  podCidr: '10.244.0.0/16',
  apiserver: 'https://10.0.0.1:6443',
  kubernetesVersion: '1.36',
}

it.each(LAYOUT_NAMES)(
  'kubeconfigs and specs of a master name the paths of the layout %s, and no others',
  (layout) => {
    const node = { name: 'm', role: 'master' as const, hosts: [], clusterAdmin: true, layout }
    const { certificates, bundles, kubeconfigs } = layoutOf(layout)
    const specs = planSpecs({ cluster, node, keyAlgorithm: 'ecdsa-p256' })
    const paths = specs.flatMap(({ content }) => {
      const { certificate, key, file } = parse(content) as Record<string, { path: string }>
      return [certificate, key, file].flatMap((each) => each?.path ?? [])
    })
    expect(paths.toSorted()).toEqual(
      [
        ...certificates.flatMap((row) => [row.certificate, row.key]),
        ...bundles.map(({ path }) => path),
      ].toSorted(),
    )
    const written = planKubeconfigs(cluster, node)
    expect(written.map(({ path }) => path)).toEqual(kubeconfigs.map(({ path }) => path))
    const serverCa = bundles.find(({ purpose }) => purpose === 'server-ca')!.path
    for (const { content } of written) expect(content).toContain(serverCa)
  },
)

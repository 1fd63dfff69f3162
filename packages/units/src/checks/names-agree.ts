import type { Check } from './check.ts'
import { fieldValues, flagValues, type FoundValue } from './setting-values.ts'

/**
 * The Node authorizer compares the name of the Node with the CN of the kubelet's certificate byte by
 * byte, and kube-proxy looks for the Node of its own name.
 */
export const namesAgree: Check = {
  name: 'names agree',
  find: ({ request: { node }, read }) =>
    [
      ...flagValues(read, ['kubelet', 'kube-proxy'], 'hostname-override'),
      ...fieldValues(read, 'KubeProxyConfiguration', 'hostnameOverride'),
      ...environmentOf(read.units, 'NODE_NAME'),
    ]
      .filter(({ value }) => value !== node.name)
      .map(
        ({ value, where }) =>
          `${where} is "${value}", and the certificate of this node is for system:node:${node.name}`,
      ),
}

const environmentOf = (
  units: readonly {
    readonly name: string
    readonly directives: readonly { name: string; value: string }[]
  }[],
  variable: string,
): FoundValue[] =>
  units.flatMap(({ name: unit, directives }) =>
    directives
      .filter(({ name }) => name === 'Environment')
      .flatMap(({ value }) => new RegExp(`^"?${variable}=([^"\\s$%]+)"?$`).exec(value)?.[1] ?? [])
      .map((value) => ({ value, where: `${unit} ${variable}` })),
  )

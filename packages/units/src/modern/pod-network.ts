import { type ComponentFiles, configFile, type GeneratedFile, jsonFile } from '../stack/index.ts'
import { CONFIG_PATHS, FLANNEL_SUBNET_FILE } from './config-paths.ts'
import { hasFlannel, type StackFacts } from './stack-facts.ts'

/** What the runtime reads to give a pod its network. */
export const podNetwork = (facts: StackFacts): ComponentFiles => ({
  units: [],
  files: NETWORKS[facts.description.cni](facts),
})

const NETWORKS: Readonly<
  Record<StackFacts['description']['cni'], (facts: StackFacts) => readonly GeneratedFile[]>
> = {
  flannel: (facts) => (hasFlannel(facts) ? [jsonFile(CONFIG_PATHS.cni, FLANNEL)] : []),
  // Its DaemonSet writes the rest; NetworkManager would take routes of its interfaces away.
  calico: () => [
    configFile(
      CONFIG_PATHS.networkManager,
      '[keyfile]\nunmanaged-devices=interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico\n',
    ),
  ],
  // With docker the kubelet itself has it, as kubenet.
  bridge: ({ description }) =>
    description.containerRuntime.name === 'docker' ? [] : [bridgeTemplate],
  none: () => [],
}

const PORTMAP = { type: 'portmap', capabilities: { portMappings: true } } as const

const FLANNEL = {
  cniVersion: '1.0.0',
  name: 'cbr0',
  plugins: [
    {
      type: 'flannel',
      subnetFile: FLANNEL_SUBNET_FILE,
      delegate: { hairpinMode: true, isDefaultGateway: true },
    },
    PORTMAP,
  ],
} as const

/** containerd puts the ranges of its node in, one per family, and writes the result to CNI's directory. */
const bridgeTemplate: GeneratedFile = {
  path: CONFIG_PATHS.cniTemplate,
  content: `{
  "cniVersion": "1.0.0",
  "name": "bridge",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isDefaultGateway": true,
      "ipMasq": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "ranges": [{{range $i, $range := .PodCIDRRanges}}{{if $i}}, {{end}}[{"subnet": "{{$range}}"}]{{end}}]
      }
    },
    ${JSON.stringify(PORTMAP)}
  ]
}
`,
  mode: 0o644,
}

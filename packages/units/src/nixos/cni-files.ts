import { type GeneratedFile, jsonFile } from '../stack/index.ts'
import { hasFlannel, type NixosFacts } from './nixos-facts.ts'
import { CNI_CONFIG_DIRECTORY } from './kubelet-flags.ts'

/** What flannel's module adds where nobody configures CNI. */
const flannelEntry = ({ description, form }: NixosFacts) => ({
  name: 'mynet',
  type: 'flannel',
  // Without it a plug-in takes the file for version 0.2.0 and says so at each pod.
  ...(form === 'verbatim' ? {} : { cniVersion: '0.3.1' }),
  delegate: {
    isDefaultGateway: true,
    bridge: description.containerRuntime.name === 'docker' ? 'docker0' : 'mynet',
    ...(form === 'verbatim' ? {} : { hairpinMode: true }),
  },
})

const bridgeEntry = ({ description: { networks } }: NixosFacts) => ({
  name: 'mynet',
  type: 'bridge',
  cniVersion: '0.3.1',
  bridge: 'mynet',
  isDefaultGateway: true,
  ipMasq: true,
  hairpinMode: true,
  ipam: { type: 'host-local', subnet: networks.pods[0] },
})

const presetEntries = (facts: NixosFacts): readonly { readonly type: string }[] => {
  if (hasFlannel(facts)) return [flannelEntry(facts)]
  return facts.description.cni === 'bridge' ? [bridgeEntry(facts)] : []
}

// imap of nixpkgs counts from 1.
const FIRST_NUMBER = 11

/** `NN-TYPE.conf`, in the order of `cni.config`; none where a directory of the operator's is used. */
export const cniFiles = (facts: NixosFacts): GeneratedFile[] => {
  const { config, configDir } = facts.options.kubelet.cni
  if (configDir !== null) return []
  const entries = config.length > 0 ? config : presetEntries(facts)
  return entries.map((entry, index) =>
    jsonFile(`${CNI_CONFIG_DIRECTORY}/${FIRST_NUMBER + index}-${entry.type}.conf`, entry),
  )
}

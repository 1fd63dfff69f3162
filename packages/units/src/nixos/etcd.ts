import { type Directive, HARDENING } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { commandWords } from './flags.ts'
import type { NixosFacts } from './nixos-facts.ts'
import { bundleFile, certificateFile, keyFile, orLayout, present } from './secrets.ts'

const filesOf = (facts: NixosFacts) => {
  const { etcd } = facts.options
  // NixOS has one certificate for clients and peers.
  const peer = facts.form === 'verbatim' ? 'etcd' : 'etcd-peer'
  return {
    trustedCa: orLayout(etcd.trustedCaFile, bundleFile(facts, 'etcd-client')),
    certificate: orLayout(etcd.certFile, certificateFile(facts, 'etcd')),
    key: orLayout(etcd.keyFile, keyFile(facts, 'etcd')),
    peerTrustedCa: orLayout(etcd.peerTrustedCaFile, bundleFile(facts, 'etcd-peer')),
    peerCertificate: orLayout(etcd.peerCertFile, certificateFile(facts, peer)),
    peerKey: orLayout(etcd.peerKeyFile, keyFile(facts, peer)),
  }
}

/** The master's etcd, which NixOS configures by its environment alone. */
export const etcd = (facts: NixosFacts): ServiceFiles =>
  componentService(facts, {
    name: 'etcd',
    description: 'etcd key-value store',
    eventual: { wantedBy: 'multi-user.target', after: ['network-online.target'] },
    online: { wantedBy: 'multi-user.target', after: ['network-online.target'] },
    needs: present(Object.values(filesOf(facts))),
    type: 'notify',
    user: 'etcd',
    restartSeconds: 10,
    ofCluster: false,
    environment: environmentOf(facts),
    command: {
      program: facts.description.programs.etcd ?? '/usr/bin/etcd',
      arguments: commandWords(facts, 'etcd', []),
    },
    service: [['LimitNOFILE', '40000'], ...stateLines(facts)],
    sourceService: [
      ['Type', 'notify'],
      ['LimitNOFILE', '40000'],
    ],
    hardening: HARDENING.etcd,
    defects: [
      'it is never started again once it has failed',
      'it is reached by the name etcd.local, which takes a line in /etc/hosts',
    ],
  })

/** systemd makes the directory where it is one of its own; elsewhere etcd must be let in. */
const stateLines = ({
  options: {
    etcd: { dataDir },
  },
}: NixosFacts): readonly Directive[] => {
  const [, name] = /^\/var\/lib\/([^/]+)$/.exec(dataDir) ?? []
  return name === undefined
    ? [['ReadWritePaths', dataDir]]
    : [
        ['StateDirectory', name],
        ['StateDirectoryMode', '0700'],
      ]
}

const environmentOf = (facts: NixosFacts): Readonly<Record<string, string>> => {
  const { options, description, node, form } = facts
  const { etcd: own } = options
  const files = filesOf(facts)
  const host = form === 'verbatim' ? 'etcd.local' : '127.0.0.1'
  const name = own.name ?? (form === 'verbatim' ? description.masterAddress.value : node.name)
  const peers = own.initialAdvertisePeerUrls ?? [`https://${host}:2380`]
  const values: Readonly<Record<string, string | undefined>> = {
    NAME: name,
    DATA_DIR: own.dataDir,
    ADVERTISE_CLIENT_URLS: (own.advertiseClientUrls ?? [`https://${host}:2379`]).join(','),
    LISTEN_CLIENT_URLS: own.listenClientUrls.join(','),
    LISTEN_PEER_URLS: own.listenPeerUrls.join(','),
    INITIAL_ADVERTISE_PEER_URLS: peers.join(','),
    PEER_CLIENT_CERT_AUTH: numeric(own.peerClientCertAuth),
    PEER_TRUSTED_CA_FILE: files.peerTrustedCa,
    PEER_CERT_FILE: files.peerCertificate,
    PEER_KEY_FILE: files.peerKey,
    CLIENT_CERT_AUTH: numeric(own.clientCertAuth),
    TRUSTED_CA_FILE: files.trustedCa,
    CERT_FILE: files.certificate,
    KEY_FILE: files.key,
    INITIAL_CLUSTER: (own.initialCluster ?? peers.map((url) => `${name}=${url}`)).join(','),
    INITIAL_CLUSTER_STATE: own.initialClusterState,
    INITIAL_CLUSTER_TOKEN: own.initialClusterToken,
    ...own.extraConf,
  }
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([variable, value]) => [`ETCD_${variable}`, value ?? '']),
  )
}

const numeric = (isOn: boolean): string => (isOn ? '1' : '0')

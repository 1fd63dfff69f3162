import { HARDENING } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { PORTS } from './config-paths.ts'
import type { Flag } from './flag.ts'
import { unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { type StackFacts, urlOfLoopback, urlOfNode } from './stack-facts.ts'

const STATE_DIRECTORY = 'etcd'

/** A cluster of as many members as the description has; of this one where it knows of no other. */
export const etcd = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('etcd'),
      description: 'etcd, which holds the state of the cluster',
      after: [],
      type: 'notify',
      user: facts.paths.certificateOf('etcd-server').owner,
      restartSeconds: 10,
      command: {
        program: facts.programs.etcd ?? '/usr/bin/etcd',
        arguments: argumentsOf(facts, 'etcd', [...members(facts), ...trust(facts)]),
      },
      service: [
        ['StateDirectory', STATE_DIRECTORY],
        ['StateDirectoryMode', '0700'],
        ['LimitNOFILE', '40000'],
      ],
      hardening: HARDENING.etcd,
    }),
  ],
  files: [],
})

const members = (facts: StackFacts): readonly Flag[] => {
  const { node, description } = facts
  const client = urlOfNode(node, PORTS.etcdClient)
  const peer = urlOfNode(node, PORTS.etcdPeer)
  const cluster = description.nodes
    .filter(({ components }) => components.has('etcd'))
    .map((member) => `${member.name}=${urlOfNode(member, PORTS.etcdPeer)}`)
  const listening = new Set([urlOfLoopback(PORTS.etcdClient), client])
  return [
    ['name', node.name],
    ['data-dir', `/var/lib/${STATE_DIRECTORY}`],
    ['listen-client-urls', [...listening].join(',')],
    ['advertise-client-urls', client],
    ['listen-peer-urls', peer],
    ['initial-advertise-peer-urls', peer],
    ['initial-cluster', cluster.join(',')],
    ['initial-cluster-token', description.name],
    ['initial-cluster-state', 'new'],
    // Health and metrics for this machine alone, which has no client certificate at hand.
    ['listen-metrics-urls', `http://127.0.0.1:${PORTS.etcdMetrics}`],
  ]
}

const trust = ({ paths }: StackFacts): readonly Flag[] => {
  const server = paths.certificateOf('etcd-server')
  const peer = paths.certificateOf('etcd-peer')
  return [
    ['cert-file', server.certificate],
    ['key-file', server.key],
    ['client-cert-auth', true],
    ['trusted-ca-file', paths.bundlePath('etcd-client')],
    ['peer-cert-file', peer.certificate],
    ['peer-key-file', peer.key],
    ['peer-client-cert-auth', true],
    ['peer-trusted-ca-file', paths.bundlePath('etcd-peer')],
  ]
}

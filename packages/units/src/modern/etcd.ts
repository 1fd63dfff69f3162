import { HARDENING } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { PORTS } from './config-paths.ts'
import { type Flag, renderFlags } from './flag.ts'
import { bundlePath, certificateOf, unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { type StackFacts, urlOfLoopback, urlOfNode } from './stack-facts.ts'

const STATE_DIRECTORY = 'etcd'

/** A cluster of one member: this node. */
export const etcd = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('etcd'),
      description: 'etcd, which holds the state of the cluster',
      after: [],
      type: 'notify',
      user: certificateOf('etcd-server').owner,
      restartSeconds: 10,
      command: {
        program: facts.programs.etcd ?? '/usr/bin/etcd',
        arguments: renderFlags(facts.minor, [...members(facts), ...trust()]),
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
  const { name } = facts.node
  const client = urlOfNode(facts, PORTS.etcdClient)
  const peer = urlOfNode(facts, PORTS.etcdPeer)
  const listening = new Set([urlOfLoopback(PORTS.etcdClient), client])
  return [
    ['name', name],
    ['data-dir', `/var/lib/${STATE_DIRECTORY}`],
    ['listen-client-urls', [...listening].join(',')],
    ['advertise-client-urls', client],
    ['listen-peer-urls', peer],
    ['initial-advertise-peer-urls', peer],
    ['initial-cluster', `${name}=${peer}`],
    ['initial-cluster-token', facts.cluster.name],
    ['initial-cluster-state', 'new'],
    // Health and metrics for this machine alone, which has no client certificate at hand.
    ['listen-metrics-urls', `http://127.0.0.1:${PORTS.etcdMetrics}`],
  ]
}

const trust = (): readonly Flag[] => {
  const server = certificateOf('etcd-server')
  const peer = certificateOf('etcd-peer')
  return [
    ['cert-file', server.certificate],
    ['key-file', server.key],
    ['client-cert-auth', true],
    ['trusted-ca-file', bundlePath('etcd-client')],
    ['peer-cert-file', peer.certificate],
    ['peer-key-file', peer.key],
    ['peer-client-cert-auth', true],
    ['peer-trusted-ca-file', bundlePath('etcd-peer')],
  ]
}

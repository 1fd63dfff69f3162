import { type CommandLine, HARDENING, type Unit } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { unitName } from './layout-lookup.ts'
import { KUBERNETES_SLICE, KUBERNETES_TARGET } from './service-unit.ts'
import { type StackFacts, urlOfLoopback } from './stack-facts.ts'

export const ONLINE_UNIT = 'kube-apiserver-online.service'

/** After what a component waits that asks kube-apiserver: the readiness of the one beside it. */
export const afterApiserver = ({ node }: StackFacts): readonly string[] =>
  node.components.has('apiserver') ? [ONLINE_UNIT] : []

// Within one start it asks for longer than an apiserver of a healthy machine needs; those who wait
// start then all the same, for they only want it, and it goes on asking.
const TRIES = 45
const SECONDS_BETWEEN = 2
const LONGEST_START = '2min'

/** /readyz is GA in 1.16. */
const healthPath = (minor: number): string => (minor >= 16 ? '/readyz' : '/healthz')

/** Active once kube-apiserver answers a client that it knows: nobody is anonymous here. */
export const kubeApiserverOnline = (facts: StackFacts): ComponentFiles => ({
  units: [waiter(facts)],
  files: [],
})

const clientOf = ({ paths }: StackFacts) => paths.certificateOf('kube-apiserver-kubelet-client')

const question = (facts: StackFacts): CommandLine => {
  const { description, minor, paths } = facts
  const { certificate, key } = clientOf(facts)
  return {
    program: '/usr/bin/curl',
    arguments: [
      // It takes no `--name=value`.
      ...['--silent', '--show-error', '--fail'],
      ...['--output', '/dev/null'],
      ...['--max-time', '10'],
      ...['--retry', String(TRIES), '--retry-delay', String(SECONDS_BETWEEN)],
      // A certificate that is not there yet, a 503, a refused connection alike.
      '--retry-all-errors',
      ...['--cacert', paths.bundlePath('server-ca')],
      ...['--cert', certificate, '--key', key],
      `${urlOfLoopback(description.apiserverPort)}${healthPath(minor)}`,
    ],
  }
}

const waiter = (facts: StackFacts): Unit => {
  const apiserver = unitName('kube-apiserver')
  return {
    name: ONLINE_UNIT,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'kube-apiserver of this node is ready'],
          ['Documentation', 'https://kubernetes.io/docs/reference/using-api/health-checks/'],
          ['PartOf', `${KUBERNETES_TARGET} ${apiserver}`],
          ['Wants', apiserver],
          ['After', apiserver],
          ['StartLimitIntervalSec', '0'],
        ],
      },
      {
        name: 'Service',
        directives: [
          ['Type', 'oneshot'],
          ['RemainAfterExit', 'yes'],
          ['User', clientOf(facts).owner],
          ['ExecStart', question(facts)],
          ['TimeoutStartSec', LONGEST_START],
          ['Restart', 'on-failure'],
          ['RestartSec', '5'],
          ['Slice', KUBERNETES_SLICE],
          ...HARDENING.leader,
        ],
      },
      { name: 'Install', directives: [['WantedBy', KUBERNETES_TARGET]] },
    ],
  }
}

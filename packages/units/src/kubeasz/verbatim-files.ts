import type { GeneratedFile } from '../stack/index.ts'
import { CNI_DIRECTORY, KUBECONFIGS, type KubeaszFacts } from './kubeasz-facts.ts'

const lines = (
  path: string,
  defects: readonly string[],
  text: readonly string[],
): GeneratedFile => ({
  path,
  content: [...defects.map((defect) => `# Defect: ${defect}`), ...text, ''].join('\n'),
  mode: 0o644,
})

const CONTROLLERS = ['cpuset', 'hugetlb', 'memory', 'pids']

/** The unit that seed 003 (kubeasz's 05-install_kube_node.md) prints, its variables filled in. */
const kubelet = (facts: KubeaszFacts): GeneratedFile => {
  const { address, programs, options, description } = facts
  const { caDirectory } = options
  const flags = [
    `--address=${address}`,
    '--allow-privileged=true',
    '--anonymous-auth=false',
    '--authentication-token-webhook',
    '--authorization-mode=Webhook',
    `--pod-manifest-path=${options.manifestDirectory}`,
    `--client-ca-file=${caDirectory}/ca.pem`,
    `--cluster-dns=${description.networks.dns}`,
    `--cluster-domain=${description.domain}.`,
    `--cni-bin-dir=${programs}`,
    `--cni-conf-dir=${CNI_DIRECTORY}`,
    '--fail-swap-on=false',
    '--hairpin-mode hairpin-veth',
    `--hostname-override=${address}`,
    `--kubeconfig=${KUBECONFIGS.kubelet}`,
    `--max-pods=${options.maxPods}`,
    '--network-plugin=cni',
    `--pod-infra-container-image=${options.sandboxImage}`,
    '--register-node=true',
    `--root-dir=${options.kubeletRootDirectory}`,
    `--tls-cert-file=${caDirectory}/kubelet.pem`,
    `--tls-private-key-file=${caDirectory}/kubelet-key.pem`,
    '--cgroups-per-qos=true',
    '--cgroup-driver=cgroupfs',
    '--enforce-node-allocatable=pods,kube-reserved',
    `--kube-reserved=${facts.reserved}`,
    '--kube-reserved-cgroup=/system.slice/kubelet.service',
    `--eviction-hard=${facts.eviction}`,
    '--v=2',
  ]
  return lines(
    '/etc/systemd/system/kubelet.service',
    [
      'its working directory must be made by hand, or no line of it starts.',
      'it makes cgroups named cpuset, hugetlb, memory and pids on a machine with cgroup v2.',
      'it stays dead after Docker did not start in time (Requires=).',
    ],
    [
      '[Unit]',
      'Description=Kubernetes Kubelet',
      'Documentation=https://github.com/GoogleCloudPlatform/kubernetes',
      'After=docker.service',
      'Requires=docker.service',
      '[Service]',
      'WorkingDirectory=/var/lib/kubelet',
      ...CONTROLLERS.map(
        (name) => `ExecStartPre=/bin/mkdir -p /sys/fs/cgroup/${name}/system.slice/kubelet.service`,
      ),
      `ExecStart=${[`${programs}/kubelet`, ...flags].join(' \\\n')}`,
      'Restart=on-failure',
      'RestartSec=5',
      '[Install]',
      'WantedBy=multi-user.target',
    ],
  )
}

const kubeProxy = ({ address, programs }: KubeaszFacts): GeneratedFile =>
  lines(
    '/etc/systemd/system/kube-proxy.service',
    [
      'its working directory must be made by hand, or it does not start.',
      'without --cluster-cidr calls to services from outside of the pod network get no answer back.',
    ],
    [
      '[Unit]',
      'Description=Kubernetes Kube-Proxy Server',
      'Documentation=https://github.com/GoogleCloudPlatform/kubernetes',
      'After=network.target',
      '[Service]',
      'WorkingDirectory=/var/lib/kube-proxy',
      `ExecStart=${programs}/kube-proxy \\`,
      `--bind-address=${address} \\`,
      `--hostname-override=${address} \\`,
      `--kubeconfig=${KUBECONFIGS.proxy} \\`,
      '--logtostderr=true \\',
      '--v=2',
      'Restart=on-failure',
      'RestartSec=5',
      'LimitNOFILE=65536',
      '[Install]',
      'WantedBy=multi-user.target',
    ],
  )

const json = (path: string, value: object): GeneratedFile => ({
  path,
  content: `${JSON.stringify(value, undefined, 2)}\n`,
  mode: 0o644,
})

const csr = ({ address, options }: KubeaszFacts): GeneratedFile =>
  json(`${options.caDirectory}/kubelet-csr.json`, {
    CN: `system:node:${address}`,
    hosts: ['127.0.0.1', address],
    key: { algo: 'rsa', size: 2048 },
    names: [{ C: 'CN', ST: 'HangZhou', L: 'XS', O: 'system:nodes', OU: 'System' }],
  })

const cni = ({ pods }: KubeaszFacts): GeneratedFile =>
  json(`${CNI_DIRECTORY}/10-default.conf`, {
    name: 'mynet',
    type: 'bridge',
    bridge: 'mynet0',
    isDefaultGateway: true,
    ipMasq: true,
    hairpinMode: true,
    ipam: { type: 'host-local', subnet: pods },
  })

/** The commands by which kubeasz makes its kubeconfigs, for what they embed is not known here. */
const kubeconfigs = (facts: KubeaszFacts): GeneratedFile => {
  const { programs, apiserver, address, options } = facts
  const config = (path: string, user: string, pair: string): string[] => {
    const kubectl = `${programs}/kubectl config`
    const certificates = `${options.caDirectory}/${pair}`
    return [
      `${kubectl} set-cluster kubernetes --certificate-authority=${options.caDirectory}/ca.pem --embed-certs=true --server=${apiserver} --kubeconfig=${path}`,
      `${kubectl} set-credentials ${user} --client-certificate=${certificates}.pem --embed-certs=true --client-key=${certificates}-key.pem --kubeconfig=${path}`,
      `${kubectl} set-context default --cluster=kubernetes --user=${user} --kubeconfig=${path}`,
      `${kubectl} use-context default --kubeconfig=${path}`,
    ]
  }
  const file = lines(
    '/etc/kubernetes/make-kubeconfigs.sh',
    ['what is embedded is never read again: a renewed certificate needs new kubeconfigs.'],
    [
      'set -e',
      ...config(KUBECONFIGS.kubelet, `system:node:${address}`, 'kubelet'),
      ...config(KUBECONFIGS.proxy, 'kube-proxy', 'kube-proxy'),
    ],
  )
  return { ...file, content: `#!/bin/sh\n${file.content}`, mode: 0o755 }
}

export const VERBATIM = { kubelet, kubeProxy, csr, cni, kubeconfigs } as const

/** Approves whatever waits, whoever asked for whatever. */
export const verbatimApproval = ({ programs }: KubeaszFacts): GeneratedFile => {
  const file = lines(
    '/etc/kubernetes/approve-csr.sh',
    [
      'it approves every request that waits, also one for system:masters.',
      'it takes any row with the word Pending in it, also for its name.',
    ],
    [
      `sleep 15 && ${programs}/kubectl get csr|grep 'Pending' | awk 'NR>0{print $1}'| xargs ${programs}/kubectl certificate approve`,
    ],
  )
  return { ...file, content: `#!/bin/sh\n${file.content}`, mode: 0o755 }
}

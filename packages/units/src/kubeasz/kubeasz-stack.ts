import { type BuildStack, type GeneratedFile, type NodeStack, unitFile } from '../stack/index.ts'
import { approvalScript } from './approval-script.ts'
import { kubeProxyUnit } from './kube-proxy.ts'
import { kubeaszFacts, type KubeaszFacts } from './kubeasz-facts.ts'
import { kubeletUnit } from './kubelet.ts'
import {
  cniFiles,
  directories,
  kubeletCsr,
  kubeletKubeconfig,
  proxyKubeconfig,
} from './node-files.ts'
import { roleBindings } from './role-bindings.ts'
import { VERBATIM, verbatimApproval } from './verbatim-files.ts'

const warningsOf = ({ options }: KubeaszFacts): readonly string[] =>
  options.cgroupVersion === 2
    ? ['a kubelet before 1.19 does not start on a machine that has cgroup v2 alone']
    : []

const repaired = (facts: KubeaszFacts): readonly GeneratedFile[] => {
  const { components } = facts.node
  return [
    ...(components.has('kubelet')
      ? [unitFile(kubeletUnit(facts)), kubeletCsr(facts), kubeletKubeconfig(facts)]
      : []),
    ...(components.has('kubelet') ? cniFiles(facts) : []),
    ...(components.has('proxy') ? [unitFile(kubeProxyUnit(facts)), proxyKubeconfig(facts)] : []),
    directories(facts),
    ...(components.has('apiserver') ? [roleBindings(facts), approvalScript(facts)] : []),
  ]
}

const verbatim = (facts: KubeaszFacts): readonly GeneratedFile[] => {
  const { components } = facts.node
  return [
    ...(components.has('kubelet')
      ? [VERBATIM.kubelet(facts), VERBATIM.csr(facts), VERBATIM.cni(facts)]
      : []),
    ...(components.has('proxy') ? [VERBATIM.kubeProxy(facts)] : []),
    VERBATIM.kubeconfigs(facts),
    ...(components.has('apiserver') ? [verbatimApproval(facts)] : []),
  ]
}

/** The role kube-node of one machine, and on a master what lets the others in. */
export const kubeaszStack: BuildStack = (request): NodeStack => {
  const facts = kubeaszFacts(request)
  const files = request.verbatim ? verbatim(facts) : repaired(facts)
  const units = files
    .filter(({ path }) => path.endsWith('.service'))
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
  return { files, units, warnings: warningsOf(facts) }
}

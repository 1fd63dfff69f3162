/** How programs are called that are a component under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'kubelet-wrapper': 'kubelet',
  etcd2: 'etcd',
  proxy: 'kube-proxy',
  apiserver: 'kube-apiserver',
  'controller-manager': 'kube-controller-manager',
  scheduler: 'kube-scheduler',
}

export const basenameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** What a command runs: 'kubelet' of '/usr/bin/kubelet', and of 'hyperkube kubelet'. */
export const componentOf = ([program = '', first = '']: readonly string[]): string => {
  const name = basenameOf(program.replace(/^[-@:+!]+/, ''))
  const called = name === 'hyperkube' ? first : name
  return OTHER_NAMES[called] ?? called
}

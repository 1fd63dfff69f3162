import { describe, expect, it } from 'vitest'
import { describedStack } from '../../../support/units/described-stack.ts'
import { fileOf } from '../../../support/units/sample-stacks.ts'

const cluster = (layout: string) => ({
  name: 'lab',
  masterAddress: '192.0.2.10',
  layout,
  nodes: [
    { name: 'master', roles: ['master'], addresses: ['192.0.2.10'] },
    { name: 'worker-1', roles: ['node'], addresses: ['192.0.2.11'] },
  ],
})

describe('a current release in the layout nixos', () => {
  it('makes the user on a worker who owns keys there, in no other layout', () => {
    const usersOf = (layout: string) =>
      describedStack(cluster(layout), 'worker-1')
        .files.filter(({ path }) => path.startsWith('/etc/sysusers.d/'))
        .flatMap(({ content }) => content.match(/^u \S+/gm) ?? [])
    expect(usersOf('nixos')).toEqual(['u kubernetes'])
    expect(usersOf('kubeadm')).toEqual([])
  })

  it('lets kube-apiserver ask kubelets under the name that its certificate has there', () => {
    const boundIn = (layout: string) => {
      const text = fileOf(describedStack(cluster(layout), 'master'), 'kube-apiserver.yaml')
      return /name: "?(system:kube-apiserver|kube-apiserver-kubelet-client)"?$/gm.exec(text)?.[1]
    }
    expect(boundIn('nixos')).toBe('system:kube-apiserver')
    expect(boundIn('easycerts')).toBe('kube-apiserver-kubelet-client')
  })
})

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import { formatKubeconfig, type Kubeconfig } from '@easycerts/shared/kubernetes'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { describeWith } from '../../../support/needed-tool.ts'

const FILES: Kubeconfig = {
  cluster: 'lab',
  server: 'https://api.lab.example:6443',
  user: 'kubelet',
  credentials: {
    kind: 'files',
    ca: '/etc/kubernetes/pki/server-ca.crt',
    certificate: '/etc/kubernetes/pki/kubelet-client.crt',
    key: '/etc/kubernetes/pki/kubelet-client.key',
  },
}
const EMBEDDED: Kubeconfig = {
  cluster: 'lab',
  server: 'https://[2001:db8::1]:6443',
  user: 'kubernetes-admin',
  credentials: {
    kind: 'embedded',
    ca: 'ca\n',
    certificate: 'certificate\n',
    key: new Secret('key\n'),
  },
}

/** The file as kubectl understood it. */
const readByKubectl = (kubeconfig: Kubeconfig): unknown => {
  const path = join(temporaryFolder(), 'kubeconfig')
  writeFileSync(path, formatKubeconfig(kubeconfig))
  const { stdout, stderr } = spawnSync(
    'kubectl',
    ['config', 'view', '--kubeconfig', path, '--raw', '-o', 'json'],
    { encoding: 'utf8', env: { ...process.env, KUBECONFIG: undefined } },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const contextOf = (cluster: string, user: string) => [
  { name: `${user}@${cluster}`, context: { cluster, user } },
]

describeWith('kubectl', 'formatKubeconfig', () => {
  it('refers to files, so that a renewal reaches the client', () => {
    expect(readByKubectl(FILES)).toMatchObject({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'kubelet@lab',
      contexts: contextOf('lab', 'kubelet'),
      clusters: [
        {
          name: 'lab',
          cluster: {
            server: 'https://api.lab.example:6443',
            'certificate-authority': '/etc/kubernetes/pki/server-ca.crt',
          },
        },
      ],
      users: [
        {
          name: 'kubelet',
          user: {
            'client-certificate': '/etc/kubernetes/pki/kubelet-client.crt',
            'client-key': '/etc/kubernetes/pki/kubelet-client.key',
          },
        },
      ],
    })
  })

  it('embeds certificates and key, to be carried away', () => {
    expect(readByKubectl(EMBEDDED)).toMatchObject({
      'current-context': 'kubernetes-admin@lab',
      contexts: contextOf('lab', 'kubernetes-admin'),
      clusters: [
        {
          cluster: {
            server: 'https://[2001:db8::1]:6443',
            'certificate-authority-data': base64('ca\n'),
          },
        },
      ],
      users: [
        {
          user: {
            'client-certificate-data': base64('certificate\n'),
            'client-key-data': base64('key\n'),
          },
        },
      ],
    })
  })

  // What YAML 1.1, which kubectl reads, takes for a truth value, a number, a date or nothing.
  it.each(['yes', 'no', 'on', 'n', 'null', '~', '1e3', '012', '0x1F', '0b11', '1_000', '12:30:45'])(
    'gives a user and a cluster named %s back as text',
    (name) => {
      expect(readByKubectl({ ...FILES, cluster: name, user: name })).toMatchObject({
        'current-context': `${name}@${name}`,
        contexts: contextOf(name, name),
        clusters: [{ name }],
        users: [{ name }],
      })
    },
  )

  it('gives a path with a meaning of its own in YAML back as it was', () => {
    const path = `/etc/#odd: "quoted" 'path' {a} [b] & * ! | > %`
    const credentials = { kind: 'files', ca: path, certificate: path, key: path } as const
    expect(readByKubectl({ ...FILES, credentials })).toMatchObject({
      users: [{ user: { 'client-certificate': path, 'client-key': path } }],
    })
  })
})

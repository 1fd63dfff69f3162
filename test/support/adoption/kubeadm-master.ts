import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runOpenssl } from '../offline-root.ts'

const PKI = 'etc/kubernetes/pki'

/** Below a root, what kubeadm leaves on its first master: three CAs, certificates, the key of tokens. */
export const makeKubeadmMaster = (root: string): void => {
  const at = (path: string): string => join(root, PKI, path)
  mkdirSync(at('etcd'), { recursive: true })
  mkdirSync(join(root, 'etc/kubernetes/manifests'), { recursive: true })
  const newKey = (name: string): string[] => [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)],
  ]
  const ca = (name: string, commonName: string): void => {
    const usages = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature']
    runOpenssl([
      'req',
      '-x509',
      ...newKey(name),
      '-days',
      '3650',
      '-subj',
      `/CN=${commonName}`,
      ...usages,
    ])
  }
  const leaf = (name: string, issuer: string, subject: string, names: string): void => {
    const signer = ['-CA', at(`${issuer}.crt`), '-CAkey', at(`${issuer}.key`)]
    const extensions = [
      '-addext',
      'basicConstraints=critical,CA:FALSE',
      '-addext',
      `subjectAltName=${names}`,
    ]
    runOpenssl([
      'req',
      '-x509',
      ...signer,
      ...newKey(name),
      '-days',
      '365',
      '-subj',
      subject,
      ...extensions,
    ])
  }
  ca('ca', 'kubernetes')
  ca('etcd/ca', 'etcd-ca')
  ca('front-proxy-ca', 'front-proxy-ca')
  leaf('apiserver', 'ca', '/CN=kube-apiserver', 'DNS:kubernetes,IP:10.96.0.1,IP:192.0.2.10')
  leaf('etcd/server', 'etcd/ca', '/CN=master-1', 'DNS:localhost,IP:127.0.0.1')
  runOpenssl(['genrsa', '-out', at('sa.key'), '2048'])
  runOpenssl(['rsa', '-in', at('sa.key'), '-pubout', '-out', at('sa.pub')])
  writeFileSync(
    join(root, 'etc/kubernetes/admin.conf'),
    'apiVersion: v1\nclusters:\n- cluster:\n    server: https://192.0.2.10:6443\n  name: kubernetes\n',
  )
  writeFileSync(
    join(root, 'etc/kubernetes/manifests/kube-controller-manager.yaml'),
    'spec:\n  containers:\n  - command:\n    - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key\n',
  )
}

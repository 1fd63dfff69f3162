import { type LegacyConfig, parseLegacyConfig } from '@easycerts/shared/legacy-certmgr'

export const legacyConfig = (text = 'dir: /d\nsvcmgr: command\n'): LegacyConfig =>
  parseLegacyConfig({ file: 'certmgr.yaml', text, environment: {} })

/** A spec as the manual of the old certmgr has it. */
export const WEB = {
  action: 'echo "$CERTMGR_CERT_PATH" >> /var/log/action.log',
  request: {
    CN: 'web.example',
    hosts: ['web.example', '127.0.0.1'],
    key: { algo: 'ecdsa', size: 256 },
    names: [{ C: 'US', O: 'Lab', OU: 'Web' }],
  },
  private_key: { path: '/pki/web.key', owner: 'root', group: 'root', mode: '0600' },
  certificate: { path: '/pki/web.pem', owner: 'root', group: 'root' },
  ca: { path: '/pki/ca.pem', owner: 'root', group: 'root', mode: '0644' },
  authority: {
    remote: 'http://127.0.0.1:18887',
    auth_key: '000102030405060708090a0b0c0d0e0f',
    label: '',
    profile: 'server',
  },
}

/** A spec as easyCerts of NixOS writes it. */
export const KUBE_PROXY = {
  service: null,
  action: 'systemctl restart kube-proxy.service || true',
  authority: {
    remote: 'https://localhost:18874',
    file: { path: '/pki/ca.pem' },
    root_ca: '/var/lib/kubernetes/secrets/ca.pem',
    profile: 'default',
    auth_key_file: '/var/lib/kubernetes/secrets/apitoken.secret',
  },
  certificate: { path: '/pki/kube-proxy.pem' },
  private_key: {
    owner: 'kubernetes',
    group: 'kubernetes',
    mode: '0600',
    path: '/pki/kube-proxy.key',
  },
  request: {
    CN: 'system:kube-proxy',
    hosts: ['system:kube-proxy'],
    key: { algo: 'rsa', size: 2048 },
    names: [{ O: 'system:node-proxier' }],
  },
}

/** The same without one of its fields. */
export const without = (value: object, field: string): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field))

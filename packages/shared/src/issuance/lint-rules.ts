import type { Profile } from '../profile/index.ts'
import type { TbsCertificate } from '../x509/index.ts'
import type { IssuerFacts } from './build-tbs.ts'

export interface LintInput {
  readonly tbs: TbsCertificate
  readonly profile: Profile
  readonly issuer: IssuerFacts
}

export interface LintRule {
  readonly name: string
  /** Where the rule is written down. */
  readonly source: string
  readonly holds: (input: LintInput) => boolean
}

const isServer = ({ tbs }: LintInput) => tbs.extendedKeyUsage.includes('serverAuth')
const mayBeMaster = (name: string) => name === 'admin' || name === 'cluster-admin'

export const LINT_RULES: readonly LintRule[] = [
  {
    name: 'serial-number-size',
    source: 'RFC 5280 §4.1.2.2',
    holds: ({ tbs }) => /^0[1-9a-f]([0-9a-f]{2}){7,19}$/.test(tbs.serialNumber),
  },
  {
    name: 'validity-order',
    source: 'RFC 5280 §4.1.2.5',
    holds: ({ tbs: { validity } }) => validity.notBefore < validity.notAfter,
  },
  {
    name: 'validity-inside-issuer',
    source: 'RFC 5280 §6.1',
    holds: ({ tbs: { validity }, issuer }) => validity.notAfter <= issuer.notAfter,
  },
  {
    name: 'issuer-of-profile',
    source: 'Kubernetes, PKI certificates and requirements',
    holds: ({ profile, issuer }) => profile.issuer === issuer.purpose,
  },
  {
    name: 'common-name-size',
    source: 'RFC 5280 appendix A, ub-common-name',
    holds: ({ tbs }) => tbs.subject.commonName.length >= 1 && tbs.subject.commonName.length <= 64,
  },
  {
    name: 'organization-size',
    source: 'RFC 5280 appendix A, ub-organization-name',
    holds: ({ tbs }) =>
      tbs.subject.organizations.every((each) => each.length >= 1 && each.length <= 64),
  },
  {
    name: 'subject-printable',
    source: 'Kubernetes, authentication strategies',
    holds: ({ tbs }) =>
      [tbs.subject.commonName, ...tbs.subject.organizations].every((text) =>
        /^[\x20-\x7e]+$/.test(text),
      ),
  },
  {
    name: 'masters-only-for-admins',
    source: 'Kubernetes, RBAC good practices',
    holds: ({ tbs, profile }) =>
      !tbs.subject.organizations.includes('system:masters') || mayBeMaster(profile.name),
  },
  {
    name: 'node-group-only-for-nodes',
    source: 'Kubernetes, Node authorization',
    holds: ({ tbs: { subject } }) =>
      subject.organizations.includes('system:nodes') ===
      subject.commonName.startsWith('system:node:'),
  },
  {
    name: 'node-name-lower-case',
    source: 'Kubernetes, Node authorization',
    holds: ({ tbs: { subject } }) =>
      !subject.commonName.startsWith('system:node:') ||
      subject.commonName === subject.commonName.toLowerCase(),
  },
  {
    name: 'server-has-names',
    source: 'RFC 9525 §2',
    holds: (input) =>
      !isServer(input) || input.tbs.names.some(({ kind }) => kind === 'dns' || kind === 'ip'),
  },
  {
    name: 'kubelet-client-has-no-names',
    source: 'Kubernetes, kubernetes.io/kube-apiserver-client-kubelet',
    holds: ({ tbs, profile }) => profile.name !== 'kubelet-client' || tbs.names.length === 0,
  },
  {
    name: 'key-encipherment-only-for-rsa',
    source: 'Kubernetes, certificate signing requests',
    holds: ({ tbs }) =>
      tbs.keyUsage.includes('keyEncipherment') === tbs.publicKey.algorithm.startsWith('rsa'),
  },
]

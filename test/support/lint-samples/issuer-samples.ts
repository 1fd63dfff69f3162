import { encodeTlv, OID, sequence, TAG } from '@easycerts/shared/asn1'
import { keyIdentifierOf } from '@easycerts/shared/x509'
import { type LintSample, sample } from './lint-sample.ts'
import { withExtension } from './spoil.ts'

const CA = { isCa: true, pathLength: undefined }

export const ISSUER_SAMPLES: readonly LintSample[] = [
  sample('issuer-of-profile', 'of another issuer', 'kubelet-client', {
    issuer: { purpose: 'etcd' },
  }),
  sample('issuer-name', 'that names another issuer', 'kubelet-client', {
    issuer: { subject: sequence() },
  }),
  sample('issuer-is-authority', 'of an issuer that is no CA', 'kubelet-client', {
    issuer: { authorities: [{ basicConstraints: undefined, keyUsage: undefined }] },
  }),
  sample('issuer-is-authority', 'of an issuer that may not sign', 'kubelet-client', {
    issuer: { authorities: [{ basicConstraints: CA, keyUsage: ['cRLSign'] }] },
  }),
  sample('issuer-is-authority', 'below a root for leafs alone', 'kubelet-client', {
    issuer: {
      authorities: [
        { basicConstraints: CA, keyUsage: undefined },
        { basicConstraints: { isCa: true, pathLength: 0 }, keyUsage: undefined },
      ],
    },
  }),
  sample('name-constraints', 'with a name that a CA above does not permit', 'kubelet-serving', {
    issuer: {
      nameConstraints: [{ permitted: [{ kind: 'dns', value: 'elsewhere.example' }], excluded: [] }],
    },
  }),
  sample('signature-algorithm', 'signed in another way', 'kubelet-client', {
    issuer: { signatureAlgorithm: 'ed25519' },
  }),
  sample('authority-key-of-issuer', 'of another key of the issuer', 'kubelet-client', {
    issuer: { keyIdentifier: Buffer.alloc(20, 8) },
  }),
  sample('subject-key-of-certificate', 'with the identifier of another key', 'kubelet-client', {
    octets: withExtension(OID.subjectKeyIdentifier, {
      value: encodeTlv(TAG.OCTET_STRING, Buffer.alloc(20)),
    }),
  }),
  sample('subject-key-of-certificate', 'with a critical identifier', 'kubelet-client', {
    octets: withExtension(OID.subjectKeyIdentifier, { critical: true }),
  }),
  sample('key-not-of-issuer', 'with the key of its issuer', 'kubelet-client', ({ publicKey }) => ({
    tbs: { issuerKeyIdentifier: keyIdentifierOf(publicKey.spki) },
    issuer: { keyIdentifier: keyIdentifierOf(publicKey.spki) },
  })),
]

import { objectIdentifier, OID, sequence } from '@easycerts/shared/asn1'
import { crlDistributionPoint, NO_REV_AVAIL } from '@easycerts/shared/x509'
import { type LintSample, sample } from './lint-sample.ts'
import { withExtension } from './spoil.ts'

export const USAGE_SAMPLES: readonly LintSample[] = [
  sample('no-ca-bits', 'that says it is a CA', 'kubelet-client', {
    octets: withExtension(OID.basicConstraints, { value: Buffer.from('30030101ff', 'hex') }),
  }),
  sample('no-ca-bits', 'that may sign certificates', 'kubelet-client', {
    tbs: { keyUsage: ['digitalSignature', 'keyCertSign'] },
  }),
  sample('key-usage', 'of ECDSA that enciphers', 'kubelet-client', {
    tbs: { keyUsage: ['digitalSignature', 'keyEncipherment'] },
  }),
  sample('key-usage', 'that does not sign', 'kubelet-client', {
    tbs: { keyUsage: ['keyAgreement'] },
  }),
  sample('extended-key-usage', 'of a client for OCSP too', 'kubelet-client', {
    tbs: { extendedKeyUsage: ['clientAuth', 'OCSPSigning'] },
  }),
  sample('extended-key-usage', 'of a client for tokens', 'kubelet-client', {
    tbs: { extendedKeyUsage: ['jwt'] },
  }),
  sample('any-extended-key-usage', 'for any purpose', 'kubelet-client', {
    octets: withExtension(OID.extKeyUsage, {
      value: sequence(objectIdentifier(OID.clientAuth), objectIdentifier('2.5.29.37.0')),
    }),
  }),
  sample('extensions-known', 'with an extension that nobody knows', 'kubelet-client', {
    tbs: { revocation: [{ oid: '1.2.3.4', critical: false, value: sequence() }] },
  }),
  sample('extensions-known', 'with basicConstraints that are not critical', 'kubelet-client', {
    octets: withExtension(OID.basicConstraints, { critical: false }),
  }),
  sample('no-rev-avail-alone', 'with noRevAvail and a CRL', 'kubelet-client', {
    tbs: { revocation: [NO_REV_AVAIL, crlDistributionPoint('http://192.0.2.1/crl')] },
  }),
]

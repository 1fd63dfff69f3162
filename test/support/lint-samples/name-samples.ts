import { encodeTlv, OID, sequence, setOf } from '@easycerts/shared/asn1'
import { nameAttribute, utf8 } from '../hand-made-der.ts'
import { breakingAlso, type LintSample, sample } from './lint-sample.ts'
import { names, subject, uri, withExtension, withField } from './spoil.ts'

const rdn = (oid: string, text: string) => setOf(nameAttribute(oid, ...utf8(text)))
const CN = rdn(OID.commonName, 'flannel-client')

export const NAME_SAMPLES: readonly LintSample[] = [
  breakingAlso(
    sample('common-name-single', 'with two common names', 'flannel-client', {
      octets: withField('subject', sequence(CN, CN)),
    }),
    'as-granted',
  ),
  breakingAlso(
    sample('common-name-single', 'without one', 'flannel-client', {
      octets: withField('subject', sequence(rdn(OID.organizationName, 'lab'))),
    }),
    'as-granted',
  ),
  sample('common-name-single', 'with an organization behind it', 'flannel-client', {
    grant: { subject: { commonName: 'flannel-client', organizations: ['lab'] } },
    octets: withField('subject', sequence(CN, rdn(OID.organizationName, 'lab'))),
  }),
  sample('subject-attributes', 'with a unit', 'flannel-client', {
    octets: withField('subject', sequence(rdn(OID.organizationalUnitName, 'lab'), CN)),
  }),
  sample('common-name-size', 'of 65 characters', 'flannel-client', subject('a'.repeat(65))),
  sample('organization-size', 'of no character', 'flannel-client', subject('a', '')),
  sample('organization-size', 'of 65 characters', 'flannel-client', subject('a', 'b'.repeat(65))),
  sample(
    'organization-unique',
    'that is there twice',
    'flannel-client',
    subject('a', 'lab', 'lab'),
  ),
  sample('subject-printable', 'with a line end', 'flannel-client', subject('a\nb')),
  sample('subject-printable', 'with a letter beyond ASCII', 'flannel-client', subject('a', 'käse')),
  sample('subject-printable', 'with a blank at its end', 'flannel-client', subject('a ')),
  breakingAlso(
    sample('names-of-known-kinds', 'with an address of mail', 'kubelet-serving', {
      octets: withExtension(OID.subjectAltName, {
        value: sequence(encodeTlv(0x82, Buffer.from('a')), encodeTlv(0x81, Buffer.from('a@b'))),
      }),
    }),
    'as-granted',
  ),
  breakingAlso(
    sample('names-of-known-kinds', 'with an address of five octets', 'kubelet-serving', {
      octets: withExtension(OID.subjectAltName, {
        value: sequence(encodeTlv(0x82, Buffer.from('a')), encodeTlv(0x87, Buffer.alloc(5, 10))),
      }),
    }),
    'as-granted',
  ),
  sample('names-unique', 'with a name twice', 'kubelet-serving', names('a', 'a')),
  ...[
    'Master-1',
    '*.lab.example',
    'a_b',
    'a..b',
    'a.',
    '-a',
    'a.10',
    'a b',
    'a'.repeat(64),
    'a.'.repeat(127) + 'a',
  ].map((name) =>
    sample('dns-name-syntax', `named ${name.slice(0, 20)}`, 'kubelet-serving', {
      ...names(name),
      tbs: { names: [{ kind: 'dns', value: name }] },
      grant: { hosts: [{ kind: 'dns', value: name }] },
    }),
  ),
  ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1'].map((address) =>
    sample('ip-address-of-host', `for ${address}`, 'kubelet-serving', names(address)),
  ),
  ...['worker-1', 'easycerts://', 'easycerts://a b', 'javascript:alert(1)'].map((value) =>
    sample('uri-syntax', `of ${value}`, 'node-identity', uri(value)),
  ),
  sample(
    'subject-alternative-name-criticality',
    'with critical names beside a subject',
    'kubelet-serving',
    { octets: withExtension(OID.subjectAltName, { critical: true }) },
  ),
  sample('server-has-names', 'of a server without names', 'kubelet-serving', names()),
  sample(
    'server-has-names',
    'of a server with a URI alone',
    'etcd-peer',
    uri('https://lab.example'),
  ),
]

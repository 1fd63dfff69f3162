import { anyExtendedKeyUsage } from './rules/any-extended-key-usage.ts'
import { authorityKeyOfIssuer } from './rules/authority-key-of-issuer.ts'
import { commonNameSingle } from './rules/common-name-single.ts'
import { commonNameSize } from './rules/common-name-size.ts'
import { dnsNameSyntax } from './rules/dns-name-syntax.ts'
import { extendedKeyUsage } from './rules/extended-key-usage.ts'
import { extensionsKnown } from './rules/extensions-known.ts'
import { frontProxyApart } from './rules/front-proxy-apart.ts'
import { identityOnlyFromEnrolment } from './rules/identity-only-from-enrolment.ts'
import { ipAddressOfHost } from './rules/ip-address-of-host.ts'
import { issuerIsAuthority } from './rules/issuer-is-authority.ts'
import { issuerName } from './rules/issuer-name.ts'
import { issuerOfProfile } from './rules/issuer-of-profile.ts'
import { keyNotOfIssuer } from './rules/key-not-of-issuer.ts'
import { keyUsage } from './rules/key-usage.ts'
import { kubeletClientForm } from './rules/kubelet-client-form.ts'
import { kubeletServingForm } from './rules/kubelet-serving-form.ts'
import { mastersOnlyWhereStated } from './rules/masters-only-where-stated.ts'
import { nameConstraints } from './rules/name-constraints.ts'
import { namesOfKnownKinds } from './rules/names-of-known-kinds.ts'
import { namesUnique } from './rules/names-unique.ts'
import { noCaBits } from './rules/no-ca-bits.ts'
import { noRevAvailAlone } from './rules/no-rev-avail-alone.ts'
import { nodeGroupOnlyForNodes } from './rules/node-group-only-for-nodes.ts'
import { nodeNameForm } from './rules/node-name-form.ts'
import { asGranted } from './rules/as-granted.ts'
import { organizationSize } from './rules/organization-size.ts'
import { organizationUnique } from './rules/organization-unique.ts'
import { reservedGroup } from './rules/reserved-group.ts'
import { reservedUser } from './rules/reserved-user.ts'
import { serialNumberRandom } from './rules/serial-number-random.ts'
import { serialNumberSize } from './rules/serial-number-size.ts'
import { serverHasNames } from './rules/server-has-names.ts'
import { signatureAlgorithm } from './rules/signature-algorithm.ts'
import { subjectAlternativeNameCriticality } from './rules/subject-alternative-name-criticality.ts'
import { subjectAttributes } from './rules/subject-attributes.ts'
import { subjectKeyOfCertificate } from './rules/subject-key-of-certificate.ts'
import { subjectPrintable } from './rules/subject-printable.ts'
import { timeForm } from './rules/time-form.ts'
import { uriSyntax } from './rules/uri-syntax.ts'
import { validityInsideIssuer } from './rules/validity-inside-issuer.ts'
import { validityOfGrant } from './rules/validity-of-grant.ts'
import { validityOrder } from './rules/validity-order.ts'

/** Every rule; each is in a file of its own. */
export const LINT_RULES = [
  serialNumberSize,
  serialNumberRandom,
  validityOrder,
  validityInsideIssuer,
  validityOfGrant,
  timeForm,
  issuerOfProfile,
  issuerName,
  issuerIsAuthority,
  nameConstraints,
  signatureAlgorithm,
  authorityKeyOfIssuer,
  subjectKeyOfCertificate,
  keyNotOfIssuer,
  commonNameSingle,
  subjectAttributes,
  commonNameSize,
  organizationSize,
  organizationUnique,
  subjectPrintable,
  namesOfKnownKinds,
  namesUnique,
  dnsNameSyntax,
  ipAddressOfHost,
  uriSyntax,
  subjectAlternativeNameCriticality,
  serverHasNames,
  noCaBits,
  keyUsage,
  extendedKeyUsage,
  anyExtendedKeyUsage,
  extensionsKnown,
  noRevAvailAlone,
  mastersOnlyWhereStated,
  nodeGroupOnlyForNodes,
  nodeNameForm,
  kubeletClientForm,
  kubeletServingForm,
  frontProxyApart,
  reservedUser,
  reservedGroup,
  identityOnlyFromEnrolment,
  asGranted,
] as const

export type LintRuleName = (typeof LINT_RULES)[number]['name']

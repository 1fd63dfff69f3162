import type { ConfigObject } from './config-object.ts'
import { POLICY_FIELDS, QUALIFIER_FIELDS } from './profile-fields.ts'
import type { CertificatePolicy } from './signing-profile.ts'

// X.660: the first arc is 0 to 2; arcs of more digits than that have no use.
const OBJECT_IDENTIFIER = /^[0-2](?:\.(?:0|[1-9]\d{0,14})){1,30}$/

export const isObjectIdentifier = (text: string): boolean => OBJECT_IDENTIFIER.test(text)

const QUALIFIER_TYPES = ['id-qt-cps', 'id-qt-unotice'] as const

/** `Policies` of a profile (RFC 5280 §4.2.1.4). */
export const readPolicies = (fields: ConfigObject): readonly CertificatePolicy[] =>
  fields.objects('Policies', POLICY_FIELDS).flatMap((policy) => {
    const id = policy.text('ID')
    if (!isObjectIdentifier(id)) policy.fault('ID', 'is no object identifier as 1.2.3')
    return [{ id, qualifiers: readQualifiers(policy) }]
  })

const readQualifiers = (policy: ConfigObject): CertificatePolicy['qualifiers'] =>
  policy.objects('Qualifiers', QUALIFIER_FIELDS).flatMap((qualifier) => {
    const type = QUALIFIER_TYPES.find((known) => known === qualifier.text('Type'))
    if (type) return [{ type, value: qualifier.text('Value') }]
    qualifier.fault('Type', `is not one of ${QUALIFIER_TYPES.join(', ')}`)
    return []
  })

import { GoJsonError, GoObject, readGoObject } from '@easycerts/cfssl/go-json'
import { badRequest } from '@easycerts/cfssl/protocol'
import { certificatePem } from '@easycerts/shared/x509'
import type { Endpoint } from '../endpoint.ts'
import type { LegacyDesk, LegacyRoot } from '../legacy-desk.ts'
import { findProfile } from '../profile-of-request.ts'

/** The CA's certificate, and what a profile gives; an unknown profile is the default one, for everybody. */
export const infoEndpoint: Endpoint = {
  name: 'info',
  method: 'POST',
  answer: (desk, { body }) => {
    const { label, profile } = readRequest(body.toString('utf8'))
    const root = rootOf(desk, label)
    const { usages, expiryText } = findProfile(root, profile) ?? root.signing.default
    return Promise.resolve({
      result: {
        certificate: certificatePem(root.issuer.certificate).trim(),
        usages: usages.length === 0 ? null : usages,
        expiry: expiryText,
      },
    })
  },
}

const readRequest = (text: string) => {
  try {
    const fields = new GoObject(readGoObject(text, 'info.Req'), 'Req')
    return { label: fields.text('label'), profile: fields.text('profile') }
  } catch (error) {
    throw error instanceof GoJsonError ? badRequest(error.message) : error
  }
}

/** `cfssl serve` has one root, and does not look at labels. */
const rootOf = ({ root, labels }: LegacyDesk, label: string): LegacyRoot => {
  if (labels.size === 0 || label === '') return root
  const found = labels.get(label)
  if (!found) throw badRequest('bad label')
  return found
}

import { certinfoOf } from '@easycerts/cfssl/certinfo'
import { badRequest, cfsslError, goError } from '@easycerts/cfssl/protocol'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import { certificateOf } from '../certificate-of.ts'
import type { Endpoint } from '../endpoint.ts'
import { findRecord } from '../find-record.ts'
import type { LegacyDesk } from '../legacy-desk.ts'
import { fetchChain } from '../outbound/index.ts'
import { parametersOf } from '../request-parameters.ts'

/** What a certificate says: one of the request, of the records, or of a server. */
export const certinfoEndpoint: Endpoint = {
  name: 'certinfo',
  method: 'POST',
  answer: async (desk, call) => {
    const { matched, parameters } = parametersOf(call, [
      ['certificate'],
      ['domain'],
      ['serial', 'authority_key_id'],
    ])
    const at = (name: string): string => parameters.get(name) ?? ''
    const [kind] = matched
    if (kind === 'certificate')
      return {
        result: certinfoOf(
          certificateOf(at('certificate'), cfsslError(1002, 'Failed to decode certificate')),
        ),
      }
    if (kind === 'domain') return { result: certinfoOf(await ofDomain(desk, at('domain'))) }
    return { result: certinfoOf(await ofRecords(desk, at('serial'), at('authority_key_id'))) }
  },
}

const ofDomain = async (desk: LegacyDesk, domain: string): Promise<Certificate> => {
  if (!desk.switches.has('outbound-connections')) throw badRequest('not authorised')
  const [leaf] = await fetchChain(desk, domain)
  return leaf
}

/** Only for certificates of the door's issuers, and only where the records are public. */
const ofRecords = async (
  desk: LegacyDesk,
  serial: string,
  authorityKeyId: string,
): Promise<Certificate> => {
  if (!desk.switches.has('public-records'))
    throw goError('cannot lookup certificate from serial without db access')
  const found = await findRecord(desk, serial, authorityKeyId.toLowerCase().replaceAll(':', ''))
  if (!found?.der) throw goError('no certificate found')
  return parseCertificate(found.der)
}

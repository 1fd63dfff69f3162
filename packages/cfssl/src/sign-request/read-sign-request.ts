import { GoJsonError, GoObject, readGoObject } from '../go-json/index.ts'
import type {
  NameEntry,
  SignerRequest,
  SignRequest,
  SubjectOverride,
  WishedExtension,
} from './sign-request.ts'

/** jsonSignRequest of `cfssl serve`. GoJsonError. */
export const readSignRequest = (text: string): SignRequest => {
  const fields = new GoObject(readGoObject(text, 'api.jsonSignRequest'), 'jsonSignRequest')
  const hostname = fields.text('hostname')
  const listed = fields.texts('hosts')
  return { ...readCommon(fields), hosts: hostname === '' ? listed : hostname.split(',') }
}

/** signer.SignRequest, which multirootca reads as it is. GoJsonError. */
export const readSignerRequest = (text: string): SignerRequest => {
  const fields = new GoObject(readGoObject(text, 'signer.SignRequest'), 'SignRequest')
  return {
    ...readCommon(fields),
    hosts: fields.texts('hosts'),
    bundle: false,
    notBefore: readTime(fields.text('NotBefore')),
    notAfter: readTime(fields.text('NotAfter')),
    crlOverride: fields.text('crl_override'),
    extensions: (fields.objects('extensions', 'Extension') ?? []).map(readExtension),
    returnPrecert: fields.flag('ReturnPrecert'),
  }
}

const readCommon = (fields: GoObject): Omit<SignRequest, 'hosts'> => ({
  certificateRequest: fields.text('certificate_request'),
  subject: readSubject(fields.object('subject', 'Subject')),
  profile: fields.text('profile'),
  label: fields.text('label'),
  serial: readInteger(fields.number('serial', '*big.Int')),
  bundle: fields.flag('bundle'),
})

const readSubject = (fields: GoObject | undefined): SubjectOverride | undefined =>
  fields && {
    commonName: fields.text('CN'),
    names: (fields.objects('names', 'Name') ?? []).map(readNameEntry),
    serialNumber: fields.text('SerialNumber'),
  }

export const readNameEntry = (fields: GoObject): NameEntry => ({
  country: fields.text('C'),
  province: fields.text('ST'),
  locality: fields.text('L'),
  organization: fields.text('O'),
  organizationalUnit: fields.text('OU'),
})

// A serial number of 20 octets has 49 digits; who writes more means no number that we could give.
const INTEGER = /^-?\d{1,100}$/

const readInteger = (text: string | undefined): bigint | undefined => {
  if (text === undefined) return undefined
  if (!INTEGER.test(text))
    throw new GoJsonError(`math/big: cannot unmarshal "${text.slice(0, 40)}" into a *big.Int`)
  return BigInt(text)
}

const ZERO_TIME = '0001-01-01T00:00:00Z'
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

const readTime = (text: string): Date | undefined => {
  if (text === '' || text === ZERO_TIME) return undefined
  const instant = new Date(text)
  if (!RFC_3339.test(text) || Number.isNaN(instant.getTime()))
    throw new GoJsonError(`parsing time "${text.slice(0, 40)}": cannot be parsed`)
  return instant
}

const DOTTED = /^[0-2](?:\.\d{1,9}){1,30}$/
const HEX = /^(?:[0-9a-fA-F]{2})*$/

const readExtension = (fields: GoObject): WishedExtension => {
  const oid = (fields.list('id', '[]int') ?? [])
    .map((arc) => (arc.kind === 'number' ? arc.text : ''))
    .join('.')
  const value = fields.text('value')
  if (!DOTTED.test(oid) || !HEX.test(value))
    throw new GoJsonError('json: an extension has no identifier or no hexadecimal value')
  return { oid, critical: fields.flag('critical'), value: Buffer.from(value, 'hex') }
}

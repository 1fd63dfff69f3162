import { DerReader, encodeTlv, enterWhole, sequence } from '@easycerts/shared/asn1'
import {
  encodeExtension,
  type Extension,
  readExtensions,
  type SerialNumber,
} from '@easycerts/shared/x509'
import type { Spoiled } from './lint-sample.ts'

export const serial = (text: string): Spoiled => ({ tbs: { serialNumber: text as SerialNumber } })

/** Another subject, granted as well as written. */
export const subject = (commonName: string, ...organizations: readonly string[]): Spoiled => ({
  tbs: { subject: { commonName, organizations } },
  grant: { subject: { commonName, organizations } },
})

/** Names that no parser would let through, granted as well as written. */
export const names = (...values: readonly string[]): Spoiled => {
  const hosts = values.map((value) => ({ kind: kindOf(value), value }))
  return { tbs: { names: hosts }, grant: { hosts } }
}
const kindOf = (value: string): 'ip' | 'dns' => (/^[\d.]+$|:/.test(value) ? 'ip' : 'dns')

export const uri = (value: string): Spoiled => ({
  tbs: { names: [{ kind: 'uri', value }] },
  grant: { hosts: [], uris: [value] },
})

const FIELD = { validity: 4, subject: 5, extensions: 7 } as const

/** Octets with one field of the TBSCertificate replaced. */
export const withField = (field: keyof typeof FIELD, value: Buffer) => (encoding: Buffer) => {
  const fields: Buffer[] = []
  const reader = enterWhole(encoding, 'certificate')
  while (!reader.atEnd) fields.push(reader.next().encoding)
  return sequence(...fields.with(FIELD[field], value))
}

/** Octets with an extension replaced. */
export const withExtension = (oid: string, change: Partial<Extension>) => (encoding: Buffer) => {
  const reader = enterWhole(encoding, 'certificate')
  for (let index = 0; index < FIELD.extensions; index++) reader.next()
  const all = readExtensions(new DerReader(reader.next().content).enter('extensions'))
  const changed = [...all.values()].map((each) =>
    encodeExtension(each.oid === oid ? { ...each, ...change } : each),
  )
  return withField('extensions', encodeTlv(0xa3, sequence(...changed)))(encoding)
}

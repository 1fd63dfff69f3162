import { EasycertsError } from '@easycerts/shared/errors'
import { crlPem } from '@easycerts/shared/revocation'
import { addDuration, days } from '@easycerts/shared/time'
import { certificatePem } from '@easycerts/shared/x509'
import type { Authority, CrlPublisher, PublishedCrl } from '../../authority/index.ts'
import type { CachedDocument } from './cached-document.ts'

type Find = (issuerId: string) => CachedDocument | undefined

const NAME = /^([a-z0-9-]{1,64})\.(crl|crt|pem)$/
/** An issuer's certificate never changes; readers may look again once a day. */
const CERTIFICATE_AGE = days(1)

/** The document behind a file name such as `cluster-g1.crl`; ERR_ROUTE_UNKNOWN for all others. */
export const findDocument = (
  formats: Readonly<Record<string, Find>>,
  file: string,
): CachedDocument => {
  const [, issuerId = '', extension = ''] = NAME.exec(file) ?? []
  const document = Object.hasOwn(formats, extension) ? formats[extension]?.(issuerId) : undefined
  if (!document) throw new EasycertsError('ERR_ROUTE_UNKNOWN', 'there is no such document')
  return document
}

/** RFC 5280 §4.2.1.13 and RFC 2585 §4: DER, and PEM for people. */
export const crlFormats = (crls: CrlPublisher): Readonly<Record<string, Find>> => {
  const format = (extension: string, mediaType: string, contentOf: ContentOf): Find => {
    return (issuerId) => {
      const crl = crls.current(issuerId)
      return (
        crl && {
          mediaType,
          content: contentOf(crl),
          tag: `${extension}-${crl.number}`,
          lastModified: new Date(crl.thisUpdate),
          expires: new Date(crl.nextUpdate),
        }
      )
    }
  }
  return {
    crl: format('crl', 'application/pkix-crl', ({ der }) => der),
    pem: format('pem', 'application/x-pem-file', pemOnce()),
  }
}

type ContentOf = (crl: PublishedCrl) => Buffer | string

/** A list of 100,000 takes a moment to write as PEM, so each is written once. */
const pemOnce = (): ContentOf => {
  const known = new WeakMap<PublishedCrl, string>()
  return (crl) => {
    const pem = known.get(crl) ?? crlPem(crl.der)
    known.set(crl, pem)
    return pem
  }
}

export const certificateFormats = ({
  issuers,
  clock,
}: Pick<Authority, 'issuers' | 'clock'>): Readonly<Record<string, Find>> => {
  const format = (mediaType: string, contentOf: (der: Buffer) => Buffer | string): Find => {
    return (issuerId) => {
      const issuer = Object.values(issuers).find(({ id }) => id === issuerId)
      return (
        issuer && {
          mediaType,
          content: contentOf(issuer.certificate.der),
          tag: issuer.certificate.fingerprint.slice(0, 32),
          lastModified: issuer.notBefore,
          expires: addDuration(clock(), CERTIFICATE_AGE),
        }
      )
    }
  }
  return {
    crt: format('application/pkix-cert', (der) => der),
    pem: format('application/x-pem-file', (der) => certificatePem({ der })),
  }
}

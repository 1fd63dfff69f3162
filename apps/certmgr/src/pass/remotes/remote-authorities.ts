import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, findOutOfDate, parseCertificateChain } from '@easycerts/shared/x509'

/** What a remote names as its CA, as PEM. ERR_CA_REPLY_INVALID for what nobody should trust. */
export const authoritiesIn = (name: string, pem: string, now: Date): Certificate[] => {
  const authorities = [...parsed(name, pem)]
  if (authorities.some(({ basicConstraints }) => basicConstraints?.isCa !== true))
    throw wrong(name, 'a certificate that is no CA as its own')
  if (findOutOfDate(authorities, now))
    throw wrong(name, 'a CA that is not valid now, by the clock of this machine')
  return authorities
}

const parsed = (name: string, pem: string): readonly Certificate[] => {
  try {
    return parseCertificateChain(pem)
  } catch {
    throw wrong(name, 'something that is no certificate as its CA')
  }
}

const wrong = (name: string, what: string) =>
  new EasycertsError('ERR_CA_REPLY_INVALID', `${name} names ${what}`, {
    hint: 'look at the CA of that cfssl; the files stay as they are',
  })

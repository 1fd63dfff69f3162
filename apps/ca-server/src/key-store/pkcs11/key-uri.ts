import { EasycertsError } from '@easycerts/shared/errors'

/** Where a key is in its token: the label is for people, the id finds it. */
export interface TokenKeyName {
  readonly label: string
  readonly id: Buffer
}

/** RFC 7512, without the token, which the configuration names. */
export const formatKeyUri = ({ label, id }: TokenKeyName): string => {
  const octets = id.toString('hex').replace(/../g, '%$&')
  return `pkcs11:object=${label};id=${octets};type=private`
}

export const isKeyUri = (location: string): boolean => location.startsWith('pkcs11:')

/** ERR_DATA_DIRECTORY_BROKEN for anything that `formatKeyUri` did not write. */
export const parseKeyUri = (location: string): TokenKeyName => {
  const [, label, octets] =
    /^pkcs11:object=([a-z0-9-]+);id=((?:%[0-9a-f]{2})+);type=private$/.exec(location) ?? []
  if (label === undefined || octets === undefined)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      'the database names a key of a token in a way that cannot be read',
    )
  return { label, id: Buffer.from(octets.replaceAll('%', ''), 'hex') }
}

import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { LegacyAuthKey } from '@easycerts/shared/legacy-certmgr'
import { readTextFile } from '../files/index.ts'

/** Where keys come from that a spec only points at. */
export interface AuthKeySources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The path of a file as this process sees it. */
  readonly pathOf: (path: string) => string
}

/**
 * The octets of the key that requests are signed with; empty for a spec that names none.
 * ERR_CONFIG_INVALID for a variable that is not set (the old certmgr signed with an empty key then)
 * and for what is not hexadecimal; ERR_FILE_UNREADABLE.
 */
export const resolveAuthKey = (
  key: LegacyAuthKey | undefined,
  { environment, pathOf }: AuthKeySources,
): Secret<Buffer> => {
  switch (key?.from) {
    case undefined:
      return new Secret(Buffer.alloc(0))
    case 'spec':
      return key.key.map((text) => octetsOf(text, 'the auth key of the spec'))
    case 'environment': {
      const value = environment[key.variable]
      if (value === undefined)
        throw new EasycertsError('ERR_CONFIG_INVALID', `the variable ${key.variable} is not set`, {
          hint: 'certmgr takes the auth key from it: set it where certmgr is started',
        })
      return new Secret(octetsOf(value, `the variable ${key.variable}`))
    }
    case 'file':
      return new Secret(octetsOf(readTextFile(pathOf(key.path)), key.path))
  }
}

const octetsOf = (text: string, where: string): Buffer => {
  const digits = text.trim()
  if (/^([0-9a-f]{2})+$/i.test(digits)) return Buffer.from(digits, 'hex')
  throw new EasycertsError('ERR_CONFIG_INVALID', `${where} holds no hexadecimal key`, {
    hint: 'an auth key of cfssl is an even number of hexadecimal digits',
  })
}

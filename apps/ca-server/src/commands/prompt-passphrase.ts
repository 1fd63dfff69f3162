import { isCancel, password } from '@clack/prompts'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'

const ask = async (message: string): Promise<string> => {
  const answer = await password({ message })
  if (isCancel(answer))
    throw new EasycertsError('ERR_PASSPHRASE_REQUIRED', 'no passphrase was given')
  return answer
}

/** Asks at the terminal without echo; a new passphrase twice. */
export const promptPassphrase = async (kind: 'new' | 'known'): Promise<Secret<string>> => {
  const passphrase = await ask(
    kind === 'new' ? 'Passphrase for the keys of the new CA' : 'Passphrase of the CA',
  )
  if (kind === 'new' && (await ask('The same passphrase again')) !== passphrase)
    throw new EasycertsError('ERR_PASSPHRASE_WRONG', 'the two passphrases differ', {
      hint: 'run the command again',
    })
  return new Secret(passphrase)
}

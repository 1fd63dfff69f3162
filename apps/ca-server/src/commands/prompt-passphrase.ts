import { isCancel, password } from '@clack/prompts'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'

/** What a passphrase is for, and the question for it; a new one is asked for twice. */
const QUESTIONS = {
  'new-ca': { text: 'Passphrase for the keys of the new CA', isNew: true },
  ca: { text: 'Passphrase of the CA', isNew: false },
  'changed-ca': { text: 'New passphrase of the CA', isNew: true },
  root: { text: 'Passphrase for the file of the root key', isNew: true },
  token: { text: 'PIN of the PKCS#11 token', isNew: false },
} as const

export type PassphrasePurpose = keyof typeof QUESTIONS

const ask = async (message: string): Promise<string> => {
  const answer = await password({ message })
  if (isCancel(answer))
    throw new EasycertsError('ERR_PASSPHRASE_REQUIRED', 'no passphrase was given')
  return answer
}

/** Asks at the terminal without echo. */
export const promptPassphrase = async (purpose: PassphrasePurpose): Promise<Secret<string>> => {
  const { text, isNew } = QUESTIONS[purpose]
  const passphrase = await ask(text)
  if (isNew && (await ask('The same passphrase again')) !== passphrase)
    throw new EasycertsError('ERR_PASSPHRASE_WRONG', 'the two passphrases differ', {
      hint: 'run the command again',
    })
  return new Secret(passphrase)
}

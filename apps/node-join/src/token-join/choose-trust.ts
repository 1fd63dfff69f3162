import { readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { PublicKeyPin } from '@easycerts/shared/key'
import type { LegacyRemote } from '@easycerts/shared/legacy-certmgr'
import { type Machine, pathOn } from '../machine/index.ts'
import { certificatesIn } from './certificates-in.ts'

/** What the operator says of the CA. */
export interface TrustChoices {
  /** PEM of the CAs that the server's certificate may come from, as this process sees it. */
  readonly caFile: string | undefined
  readonly caPin: PublicKeyPin | undefined
  /** Whoever answers first is believed. */
  readonly onFirstUse: boolean
}

/** Why a CA is believed, and what is still to be asked of it. */
export type Trust =
  | { readonly kind: 'file'; readonly pem: string; readonly path: string }
  | { readonly kind: 'pin'; readonly pin: PublicKeyPin }
  | { readonly kind: 'first-use' }
  | { readonly kind: 'plain' }

/** ERR_CA_UNPROVEN if nothing tells the CA from an impostor, ERR_PIN_MISMATCH, ERR_FILE_UNREADABLE. */
export const chooseTrust = (
  { caFile, caPin, onFirstUse }: TrustChoices,
  remotes: readonly LegacyRemote[],
  rootCa: string,
  machine: Machine,
): Trust => {
  if (caPin === undefined && remotes.every(({ protocol }) => protocol === 'http'))
    return { kind: 'plain' }
  const path = caFile ?? rootCa
  const pem =
    caFile === undefined ? readTextFileIfAny(pathOn(machine, rootCa)) : readTextFile(caFile)
  if (pem !== undefined && pem.trim() !== '') {
    const known = certificatesIn(path, pem)
    if (caPin !== undefined && !known.some(({ pin }) => pin === caPin))
      throw mismatch(`the CA in ${path} has another pin`)
    return { kind: 'file', pem, path }
  }
  if (caPin !== undefined) return { kind: 'pin', pin: caPin }
  if (onFirstUse) return { kind: 'first-use' }
  throw new EasycertsError('ERR_CA_UNPROVEN', `${rootCa} is not there, and no pin was given`, {
    hint: 'give --ca-file, or --ca-pin with what "openssl x509 -in /var/lib/cfssl/ca.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum" prints on the master; --insecure-trust-on-first-use believes whoever answers',
  })
}

export const mismatch = (message: string): EasycertsError =>
  new EasycertsError('ERR_PIN_MISMATCH', message, {
    hint: 'the pin is of another CA, or somebody sits between this machine and the CA; nothing was changed',
  })

const PIN = /^(?:sha256:)?([0-9a-f]{64})$/i

/** 'sha256:' and 64 hexadecimal digits over the public key, as kubeadm writes it. ERR_USAGE. */
export const parseCaPin = (text: string): PublicKeyPin => {
  const [, digits] = PIN.exec(text.trim()) ?? []
  if (digits !== undefined) return digits.toLowerCase() as PublicKeyPin
  throw new EasycertsError('ERR_USAGE', '--ca-pin is not the pin of a CA', {
    hint: 'write sha256: and the 64 hexadecimal digits of the SHA-256 of its public key',
  })
}

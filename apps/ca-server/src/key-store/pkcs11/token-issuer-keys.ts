import { createPublicKey } from 'node:crypto'
import {
  type ExportableKey,
  type KeyAlgorithm,
  parsePublicKey,
  type PublicKey,
} from '@easycerts/shared/key'
import type { Handle, Template } from 'pkcs11js'
import type { IssuerKeys, KeptKey, NewIssuerKeys } from '../issuer-keys.ts'
import { formatKeyUri, parseKeyUri, type TokenKeyName } from './key-uri.ts'
import { tokenAlgorithmOf } from './token-algorithm.ts'
import { proveKey, tokenKeyOf } from './token-key.ts'
import type { TokenSession } from './token-session.ts'

const ID_OCTETS = 16

/** Keys in a PKCS#11 token: sensitive and not extractable, labelled by their issuer's id. */
export const tokenIssuerKeys = (
  session: TokenSession,
  random: (octets: number) => Buffer,
): NewIssuerKeys & IssuerKeys => {
  const made: Handle[] = []
  const keep = (name: TokenKeyName, publicKey: PublicKey): KeptKey => {
    const key = tokenKeyOf(session, name, publicKey)
    proveKey(session, key, name.label)
    return { key, location: formatKeyUri(name) }
  }
  return {
    generate: (issuerId, algorithm) => {
      const name = { label: issuerId, id: random(ID_OCTETS) }
      const { handles, publicKey } = session.run((handle) =>
        generate(session, handle, name, algorithm),
      )
      made.push(...handles)
      return Promise.resolve(keep(name, publicKey))
    },
    adopt: (issuerId, key) => {
      const name = { label: issuerId, id: random(ID_OCTETS) }
      made.push(session.run((handle) => adopt(session, handle, name, key)))
      return Promise.resolve(keep(name, key.publicKey))
    },
    open: ({ issuerId, location, publicKey }) => {
      const key = tokenKeyOf(session, parseKeyUri(location), publicKey)
      proveKey(session, key, issuerId)
      return key
    },
    discard: () =>
      session.run((handle) => {
        for (const object of made.splice(0)) session.cryptoki.module.C_DestroyObject(handle, object)
      }),
    close: () => session.close(),
  }
}

const generate = (
  session: TokenSession,
  handle: Handle,
  name: TokenKeyName,
  algorithm: KeyAlgorithm,
): { handles: Handle[]; publicKey: PublicKey } => {
  const { library: ck, module } = session.cryptoki
  const row = tokenAlgorithmOf(algorithm)
  const pair = module.C_GenerateKeyPair(
    handle,
    { mechanism: row.generateMechanism(ck) },
    [
      { type: ck.CKA_TOKEN, value: true },
      { type: ck.CKA_VERIFY, value: true },
      ...namesOf(session, name),
      ...row.parameters(ck, algorithm),
    ],
    privateTemplate(session, name),
  )
  const wanted = row.publicAttributes(ck).map((type) => ({ type }))
  const values = module
    .C_GetAttributeValue(handle, pair.publicKey, wanted)
    .map(({ value }) => value)
  const keyObject = createPublicKey({ key: row.publicJwk(algorithm, values), format: 'jwk' })
  return {
    handles: [pair.privateKey, pair.publicKey],
    publicKey: parsePublicKey(keyObject.export({ type: 'spki', format: 'der' })),
  }
}

const adopt = (
  session: TokenSession,
  handle: Handle,
  name: TokenKeyName,
  key: ExportableKey,
): Handle => {
  const { library: ck, module } = session.cryptoki
  const row = tokenAlgorithmOf(key.algorithm)
  return module.C_CreateObject(handle, [
    { type: ck.CKA_CLASS, value: ck.CKO_PRIVATE_KEY },
    { type: ck.CKA_KEY_TYPE, value: row.keyType(ck) },
    ...privateTemplate(session, name),
    ...row.privateAttributes(ck, key.algorithm, key.keyObject.export({ format: 'jwk' })),
  ])
}

const namesOf = ({ cryptoki: { library: ck } }: TokenSession, name: TokenKeyName): Template => [
  { type: ck.CKA_LABEL, value: name.label },
  { type: ck.CKA_ID, value: name.id },
]

const privateTemplate = (session: TokenSession, name: TokenKeyName): Template => {
  const ck = session.cryptoki.library
  return [
    { type: ck.CKA_TOKEN, value: true },
    { type: ck.CKA_PRIVATE, value: true },
    { type: ck.CKA_SENSITIVE, value: true },
    { type: ck.CKA_EXTRACTABLE, value: false },
    { type: ck.CKA_SIGN, value: true },
    ...namesOf(session, name),
  ]
}

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { filesOf } from '../file-tree.ts'

/** Something that must be nowhere, in one of its forms. */
export interface Canary {
  readonly name: string
  readonly octets: Buffer
}

const FORMS = ['hex', 'base64', 'base64url'] as const

/** A secret as octets and as the texts that programs make of octets. */
export const canariesOf = (name: string, secret: Buffer | string): Canary[] => {
  const raw = Buffer.from(secret)
  const texts = FORMS.map((form) => ({
    name: `${name} in ${form}`,
    octets: Buffer.from(raw.toString(form)),
  }))
  return [{ name, octets: raw }, ...texts]
}

/** The private scalar of an EC or Ed25519 key, and the lines of its PEM that hold it. */
export const canariesOfKey = (name: string, pem: string): Canary[] => {
  const key = createPrivateKey(pem)
  const { d } = key.export({ format: 'jwk' })
  const lines = pem
    .split('\n')
    .filter((line) => line.length >= 20 && !line.startsWith('-'))
    .map((line) => ({ name: `${name}, a line of it`, octets: Buffer.from(line) }))
  return [...canariesOf(name, Buffer.from(d ?? '', 'base64url')), ...lines]
}

/** Every private key below a directory, by the files that hold them unencrypted. */
export const canariesBelow = (directory: string): Canary[] =>
  filesOf(directory).flatMap((path) => {
    const text = readFileSync(path, 'latin1')
    const [pem] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text) ?? []
    return pem === undefined ? [] : canariesOfKey(path, pem)
  })

/** Which secrets stand in which places: `[]` is what every test wants. */
export const foundIn = (
  places: Readonly<Record<string, Buffer | string>>,
  canaries: readonly Canary[],
): string[] =>
  Object.entries(places).flatMap(([place, content]) => {
    const octets = Buffer.from(content)
    return canaries
      .filter((canary) => octets.includes(canary.octets))
      .map(({ name }) => `${name} in ${place}`)
  })

import type { GeneralName } from '../../../x509/index.ts'
import { type LintInput, lintRule } from '../lint-rule.ts'

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index])

const textOf = ({ kind, value }: Pick<GeneralName, 'kind' | 'value'>): string => `${kind}:${value}`

/** Each part of a certificate, and whether it is the one that policy and the pipeline meant. */
const PARTS: Readonly<Record<string, (input: LintInput) => boolean>> = {
  key: ({ tbs, read }) => read.spki.equals(tbs.publicKey.spki),
  'serial number': ({ tbs, read }) => read.serialNumber === tbs.serialNumber,
  'first second': ({ tbs, read }) =>
    read.validity.notBefore.getTime() === tbs.validity.notBefore.getTime(),
  'last second': ({ tbs, read }) =>
    read.validity.notAfter.getTime() === tbs.validity.notAfter.getTime(),
  'common name': ({ grant, commonNames }) => sameTexts(commonNames, [grant.subject.commonName]),
  'list of organizations': ({ grant, organizations }) =>
    sameTexts(organizations, grant.subject.organizations),
  'list of names': ({ grant: { hosts, uris }, read }) =>
    sameTexts(read.names.map(textOf), [
      ...hosts.map(textOf),
      ...uris.map((value) => textOf({ kind: 'uri', value })),
    ]),
}

export const asGranted = lintRule({
  name: 'as-granted',
  requires: 'octets that say what was granted: key, serial number, life, subject and names',
  source: 'RFC 5280 §4.1',
  findFault: (input) => {
    const different = Object.keys(PARTS).find((part) => PARTS[part]?.(input) === false)
    return different && `its octets have another ${different}`
  },
})

import { describe, expect, test } from 'vitest'
import { parseRelease } from '@easycerts/units/description'
import {
  FIELD_FACTS,
  FLAG_FACTS,
  factOfFlag,
  judgeField,
  judgeFlag,
  type ComponentWithFlags,
  type KindWithFields,
} from '@easycerts/units/facts'
import {
  GENERIC_RELEASES,
  helpOfComponent,
  registersGenericFlag,
  structsOf,
} from '../../../support/units/kubernetes-facts.ts'

const COMPONENTS = Object.keys(FLAG_FACTS) as ComponentWithFlags[]
const KINDS = Object.keys(FIELD_FACTS) as KindWithFields[]
const HELPS = ['1.20.2', '1.36.2'] as const

const minorOf = (release: string) => parseRelease(release.split('.').slice(0, 2).join('.'))

describe.each(HELPS)('the help of Kubernetes %s and the table agree on each flag of', (version) => {
  const spoken = COMPONENTS.filter((component) => helpOfComponent(component, version) !== undefined)

  test.each(spoken)('%s', (component) => {
    const help = helpOfComponent(component, version)!
    const wrong = Object.keys(FLAG_FACTS[component]).flatMap((name) => {
      const verdict = judgeFlag(minorOf(version), component, name)
      const said = help[name]
      // pflag leaves some flags that are deprecated out of its help.
      const agrees =
        said === undefined
          ? ['removed', 'not yet', 'deprecated'].includes(verdict)
          : verdict === said
      return agrees ? [] : [`${name}: help says ${String(said)}, the table ${verdict}`]
    })
    expect(wrong).toEqual([])
  })
})

/** Until 1.12 kube-apiserver itself registered these, where the extract does not look. */
const MOVED = ['insecure-port', 'insecure-bind-address']

describe('the sources of kube-apiserver', () => {
  // They serve other programs too, so what they register kube-apiserver need not have.
  test.each(GENERIC_RELEASES)('%s register each generic flag that the table has', (release) => {
    const missing = Object.keys(FLAG_FACTS['kube-apiserver']).filter(
      (name) =>
        ['current', 'deprecated'].includes(
          judgeFlag(parseRelease(release), 'kube-apiserver', name),
        ) && registersGenericFlag(release, name) === false,
    )
    expect(missing).toEqual(['1.10', '1.11'].includes(release) ? MOVED : [])
  })

  test('know no generic flag of the table before its time', () => {
    const tooEarly = GENERIC_RELEASES.flatMap((release) =>
      Object.keys(FLAG_FACTS['kube-apiserver'])
        .filter(
          (name) =>
            judgeFlag(parseRelease(release), 'kube-apiserver', name) === 'not yet' &&
            registersGenericFlag(release, name) === true,
        )
        .map((name) => `${name} ${release}`),
    )
    expect(tooEarly).toEqual([])
  })
})

/** The struct that holds the last name of a path. */
const STRUCTS: Readonly<Record<string, string>> = {
  'authentication.anonymous': 'KubeletAnonymousAuthentication',
  'authentication.webhook': 'KubeletWebhookAuthentication',
  'authentication.x509': 'KubeletX509Authentication',
  authorization: 'KubeletAuthorization',
  ipvs: 'KubeProxyIPVSConfiguration',
}

describe.each(KINDS)('the sources and the table agree on %s of', (kind) => {
  test.each(Object.keys(structsOf(kind)))('%s', (release) => {
    const structs = structsOf(kind)[release]!
    const wrong = Object.keys(FIELD_FACTS[kind]).flatMap((path) => {
      const parent = path.split('.').slice(0, -1).join('.')
      const names = structs[parent === '' ? kind : (STRUCTS[parent] ?? '')]
      if (names === undefined) return []
      const there = names.includes(path.split('.').at(-1)!)
      const verdict = judgeField(parseRelease(release), kind, path)
      return there === ['current', 'deprecated'].includes(verdict) ? [] : [`${path}: ${verdict}`]
    })
    expect(wrong).toEqual([])
    const unknown = structs[kind]!.filter(
      (name) => judgeField(parseRelease(release), kind, name) === 'unknown',
    )
    expect(unknown).toEqual([])
  })
})

describe('a verdict', () => {
  test.each([
    ['1.23', 'kubelet', 'network-plugin', 'deprecated'],
    ['1.24', 'kubelet', 'network-plugin', 'removed'],
    ['1.14', 'kubelet', 'allow-privileged', 'deprecated'],
    ['1.15', 'kubelet', 'allow-privileged', 'removed'],
    ['1.26', 'kubelet', 'container-runtime', 'deprecated'],
    ['1.27', 'kubelet', 'container-runtime', 'removed'],
    ['1.28', 'kube-apiserver', 'authentication-config', 'not yet'],
    ['1.36', 'kube-apiserver', 'allow_privileged', 'current'],
    ['1.36', 'kube-apiserver', 'no-such-flag', 'unknown'],
    ['1.36', 'kube-apiserver', 'constructor', 'unknown'],
  ] as const)('for %s on %s --%s is %s', (release, component, name, verdict) => {
    expect(judgeFlag(parseRelease(release), component, name)).toBe(verdict)
  })
})

test('whatever is removed says what stands in its place, and every row says why and who says so', () => {
  const rows = [
    ...COMPONENTS.map((c) => FLAG_FACTS[c]),
    ...KINDS.map((k) => FIELD_FACTS[k]),
  ].flatMap((table) => Object.entries(table))
  for (const [name, { why, source, removed, replacement }] of rows) {
    expect(why, name).toMatch(/^.{4,120}[^.]$/)
    expect(source, name).not.toBe('')
    expect(removed === undefined || replacement !== undefined, name).toBe(true)
  }
  expect(factOfFlag('kubelet', 'network-plugin')?.replacement).toContain('containerd')
})

import { type ComponentWithFlags, factOfFlag, FLAG_FACTS, judgeFlag } from '../../../facts/index.ts'
import type { Release } from '../../../release/index.ts'
import { CONFIGURED_COMPONENTS, type ConfiguredComponent } from '../../sections/settings.ts'
import { fault, type Judge } from '../rule.ts'
import { SETTLED_FLAGS } from './settled-flags.ts'

type Value = string | number | boolean

interface Written {
  readonly component: ConfiguredComponent
  readonly name: string
  readonly value: Value
  readonly release: Release
}

/** Every extra flag that the component would end over, would ignore, or would be open by. */
export const faultyFlags: Judge = ({ file: { settings }, release }) =>
  CONFIGURED_COMPONENTS.flatMap((component) => {
    const spelt = new Set<string>()
    return Object.entries(settings[component].extraFlags).flatMap(([written, value]) => {
      const name = written.replaceAll('_', '-')
      const twice = spelt.has(name) ? ['stands twice'] : []
      spelt.add(name)
      const texts = [
        ...twice,
        ...REASONS.flatMap((reason) => reason({ component, name, value, release }) ?? []),
      ]
      return texts
        .slice(0, 1)
        .map((text) => fault(['settings', component, 'extraFlags', written], text))
    })
  })

type Reason = (written: Written) => string | undefined

const settled: Reason = ({ component, name }) =>
  SETTLED_FLAGS[component].find(([, names]) => names.includes(name))?.[0]

const isKnown = (component: ConfiguredComponent): component is ComponentWithFlags =>
  Object.hasOwn(FLAG_FACTS, component)

const ofAnotherRelease: Reason = ({ component, name, release }) => {
  if (!isKnown(component)) return undefined
  const verdict = judgeFlag(release, component, name)
  const fact = factOfFlag(component, name)
  if (verdict === 'removed')
    return `is gone since ${fact?.removed ?? release}: use ${fact?.replacement ?? 'nothing'}`
  return verdict === 'not yet'
    ? `is there since ${fact?.since ?? 'later'}, not in ${release}`
    : undefined
}

const BESIDE_CONFIG = ['v', 'vmodule', 'log-flush-frequency']

const ignored: Reason = ({ component, name }) =>
  component === 'kube-proxy' && !BESIDE_CONFIG.includes(name)
    ? 'is ignored beside a configuration file: use settings.kube-proxy.config'
    : undefined

const weak: Reason = ({ name, value }) =>
  WEAK.some(([flag, isWeak]) => flag === name && isWeak(String(value)))
    ? `must not be ${String(value)}, which weakens the cluster`
    : undefined

const WEAK: readonly (readonly [name: string, isWeak: (value: string) => boolean])[] = [
  ['tls-min-version', (value) => !/^VersionTLS1[23]$/.test(value)],
  ['disable-admission-plugins', (value) => value.split(',').includes('NodeRestriction')],
  ['service-account-lookup', (value) => value === 'false'],
]

const REASONS: readonly Reason[] = [settled, ofAnotherRelease, ignored, weak]

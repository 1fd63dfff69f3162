import { describe, expect, test } from 'vitest'
import type { ClusterDescription } from '@easycerts/units/description'
import { type ComponentWithFlags, FLAG_FACTS, judgeFlag } from '@easycerts/units/facts'
import { buildStack } from '@easycerts/units/flavours'
import { execStart } from '../../../support/units/read-unit.ts'
import { fileOf, sampleRequest, sampleStack } from '../../../support/units/sample-stacks.ts'

const RELEASES = Array.from({ length: 36 - 15 + 1 }, (_, index) => `1.${index + 15}`)
const COMPONENTS = Object.keys(FLAG_FACTS) as ComponentWithFlags[]

const namesOf = (component: string, release: string): string[] =>
  execStart(fileOf(sampleStack('both', release, { csrSigner: true }), `${component}.service`))
    .slice(1)
    .map((argument) => /^--([^=]+)=/.exec(argument)![1]!)

describe.each(COMPONENTS)('the table of facts has a row for each flag of %s', (component) => {
  test.each(RELEASES)('%s, and none is gone or still to come', (release) => {
    const { release: parsed } = sampleRequest('both', release).description
    const verdicts = namesOf(component, release).map(
      (name) => [name, judgeFlag(parsed, component, name)] as const,
    )
    expect(verdicts).not.toEqual([])
    expect(verdicts.filter(([, verdict]) => !['current', 'deprecated'].includes(verdict))).toEqual(
      [],
    )
    // Before 1.25 flags were the only lasting form for kube-scheduler.
    if (Number(release.split('.')[1]) >= 25 && component !== 'kubelet')
      expect(verdicts.filter(([, verdict]) => verdict === 'deprecated')).toEqual([])
  })
})

/** As if the rules of a description had let it pass. */
const smuggled = (component: string, name: string, release: string) => {
  const request = sampleRequest('both', release)
  const { settings } = request.description
  const description = {
    ...request.description,
    settings: { ...settings, [component]: { extraFlags: { [name]: 'x' }, config: {} } },
  } as unknown as ClusterDescription
  return () => buildStack({ ...request, description })
}

describe('a flag that a release would refuse never reaches a unit', () => {
  test.each([
    ['kubelet', 'network-plugin', '1.24'],
    ['kubelet', 'network_plugin', '1.24'],
    ['kubelet', 'container-runtime', '1.27'],
    ['kube-apiserver', 'insecure-port', '1.24'],
    ['kube-controller-manager', 'experimental-cluster-signing-duration', '1.25'],
    ['kube-apiserver', 'authentication-config', '1.28'],
  ])('%s --%s at %s', (component, name, release) => {
    expect(smuggled(component, name, release)).toThrow(
      `--${name.replace('_', '-')} of ${component}`,
    )
  })

  test('and one that it takes does', () => {
    expect(smuggled('kubelet', 'network-plugin', '1.23')).not.toThrow()
  })
})

import { expect, it } from 'vitest'
import { describedStack, exampleText } from '../../../support/units/described-stack.ts'
import { deprecatedFlags, unknownFlags } from '../../../support/units/kubernetes-facts.ts'
import { execStart } from '../../../support/units/read-unit.ts'
import { fileOf } from '../../../support/units/sample-stacks.ts'

// The oldest help that there is; what it has not, 1.14 had (kubernetes/kubernetes#77820).
it('kubelet 1.20 knows every flag of kubeasz but one, which went with 1.15', () => {
  const unit = fileOf(describedStack(exampleText('kubeasz'), '192.168.1.42'), 'kubelet.service')
  const flags = execStart(unit).slice(1)
  expect(unknownFlags('kubelet', '1.20.2', flags)).toEqual(['--allow-privileged=true'])
  expect(deprecatedFlags('kubelet', '1.20.2', flags).length).toBeGreaterThan(10)
})

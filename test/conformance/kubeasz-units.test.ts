import { expect, it } from 'vitest'
import { describedStack, exampleText, verifyUnits } from '../support/units/described-stack.ts'
import { describeWith } from '../support/needed-tool.ts'

describeWith('systemd-analyze', 'systemd says nothing against the units of kubeasz', () => {
  it.each([
    ['192.168.1.1', false],
    ['192.168.1.42', false],
    ['192.168.1.42', true],
  ])('on %s (verbatim: %s)', (node, verbatim) => {
    const stack = describedStack(exampleText('kubeasz'), node, { verbatim })
    const units = stack.files.filter(({ path }) => path.endsWith('.service'))
    expect(units).toHaveLength(verbatim ? 2 : 3)
    expect(verifyUnits(units, ['docker.service'])).toEqual({ status: 0, output: '' })
  })
})

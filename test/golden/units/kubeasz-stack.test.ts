import { describe, expect, test } from 'vitest'
import { describedStack, exampleText, stackText } from '../../support/units/described-stack.ts'

const FORMS = [
  ['repaired', false],
  ['verbatim', true],
] as const

describe.each(['1.9', '1.14'])('for kubeasz and Kubernetes %s,', (version) => {
  const description = exampleText('kubeasz').replace('"1.13"', `"${version}"`)

  describe.each(FORMS)('%s,', (form, verbatim) => {
    test.each([
      ['master', '192.168.1.1'],
      ['node', '192.168.1.42'],
    ])('a %s gets this stack', async (role, name) => {
      const stack = describedStack(description, name, { verbatim })
      await expect(stackText(stack)).toMatchFileSnapshot(
        `../files/units/kubeasz/${version}/${role}-${form}.txt`,
      )
    })
  })
})

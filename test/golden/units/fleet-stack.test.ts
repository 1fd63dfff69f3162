import { describe, expect, test } from 'vitest'
import { describedStack, exampleText, stackText } from '../../support/units/described-stack.ts'

const FORMS = [
  ['repaired', false],
  ['verbatim', true],
] as const

describe.each(FORMS)('for fleet and Kubernetes 0.19, %s,', (form, verbatim) => {
  test.each([
    ['master', 'core-1'],
    ['node', 'core-2'],
  ])('a %s gets this stack', async (role, name) => {
    const stack = describedStack(exampleText('fleet'), name, { verbatim })
    await expect(stackText(stack)).toMatchFileSnapshot(
      `../files/units/fleet/0.19/${role}-${form}.txt`,
    )
  })
})

import { describe, expect, test } from 'vitest'
import { describedStack, exampleText, stackText } from '../../support/units/described-stack.ts'

const FORMS = [
  ['repaired', false],
  ['verbatim', true],
] as const

describe.each(FORMS)('for kubelet-wrapper and Kubernetes 1.5, %s,', (form, verbatim) => {
  test.each([
    ['master', 'controller'],
    ['node', 'worker-1'],
  ])('a %s gets this stack', async (role, name) => {
    const stack = describedStack(exampleText('kubelet-wrapper'), name, { verbatim })
    await expect(stackText(stack)).toMatchFileSnapshot(
      `../files/units/kubelet-wrapper/1.5/${role}-${form}.txt`,
    )
  })
})

test('a machine of CoreOS before 962 gets this wrapper', async () => {
  const old = { coreosVersion: '899.17.0', rktVersion: '0.15.0' }
  const description = exampleText('kubelet-wrapper').replace(
    'kubeletWrapper:',
    `kubeletWrapper:\n  coreosVersion: ${old.coreosVersion}\n  rktVersion: ${old.rktVersion}`,
  )
  const { files } = describedStack(description, 'worker-1')
  const script = files.find(({ path }) => path === '/opt/bin/kubelet-wrapper')
  await expect(script?.content).toMatchFileSnapshot(
    '../files/units/kubelet-wrapper/kubelet-wrapper',
  )
})

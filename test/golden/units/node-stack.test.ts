import { describe, expect, test } from 'vitest'
import { ROLES, sampleStack, VERSIONS } from '../../support/units/sample-stacks.ts'

describe.each(VERSIONS)('for Kubernetes %s', (version) => {
  describe.each(ROLES)('a %s gets', (role) => {
    const stack = sampleStack(role, version)

    test.each(stack.files.map((file) => [file.path, file] as const))('%s', async (path, file) => {
      await expect(file.content).toMatchFileSnapshot(`../files/units/${version}/${role}${path}`)
    })

    test('this list of files, modes and owners, and these units in the order of their start', async () => {
      const rows = stack.files.map(
        ({ path, mode, owner = 'root' }) => `${mode.toString(8).padStart(4, '0')} ${owner} ${path}`,
      )
      const list = [...rows, '', ...stack.units, ''].join('\n')
      await expect(list).toMatchFileSnapshot(`../files/units/${version}/${role}/MANIFEST`)
    })
  })
})

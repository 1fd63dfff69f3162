import { describe, expect, test } from 'vitest'
import type { NodeStack } from '@easycerts/units/stack'
import { ALL_ROLES, sampleStack, SPREAD } from '../../support/units/sample-stacks.ts'

/** Everything of a stack in one text: modes and owners, units in the order of their start, files. */
const whole = ({ files, units, warnings = [] }: NodeStack): string => {
  const rows = files.map(
    ({ path, mode, owner = 'root' }) => `${mode.toString(8).padStart(4, '0')} ${owner} ${path}`,
  )
  const contents = files.map(({ path, content }) => `==> ${path}\n${content}`)
  return [...rows, '', ...units, '', ...warnings, ...contents].join('\n')
}

describe.each(SPREAD)('for Kubernetes %s', (version) => {
  test.each(ALL_ROLES)('a node that is %s gets', async (role) => {
    const snapshot = `../files/units/modern/${version}-${role}.txt`
    await expect(whole(sampleStack(role, version))).toMatchFileSnapshot(snapshot)
  })
})

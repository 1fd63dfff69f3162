import { describe, expect, test } from 'vitest'
import {
  NIXOS_FORMS,
  NIXOS_ROLES,
  type NixosRole,
  nixosStackOf,
} from '../../support/units/nixos-samples.ts'
import type { NodeStack } from '@easycerts/units/stack'

/** All of a node in one text: a change of the generator shows where it is felt. */
const textOf = ({ files, units, warnings = [] }: NodeStack): string =>
  [
    ...files.map(
      ({ path, mode, owner = 'root', content }) =>
        `=== ${path} ${mode.toString(8).padStart(4, '0')} ${owner}\n${content}`,
    ),
    `=== units in the order of their start\n${units.join('\n')}\n`,
    `=== warnings\n${warnings.map((warning) => `${warning}\n`).join('')}`,
  ].join('\n')

const ROLES = Object.keys(NIXOS_ROLES) as NixosRole[]

describe.each(NIXOS_FORMS)('the nixos flavour in its form %s', (form) => {
  test.each(ROLES)('gives the role %s these files', async (role) => {
    const stack = nixosStackOf({ role, form })
    await expect(textOf(stack)).toMatchFileSnapshot(`../files/units/nixos/${form}/${role}.txt`)
  })
})

describe('the nixos flavour with addons.dns', () => {
  test('gives a master these objects', async () => {
    const dns = { enable: true, imageArchive: '/srv/coredns.tar' }
    const { files, ...stack } = nixosStackOf({ nixos: { addons: { dns } } })
    const own = files.filter(({ path }) => /\/(coredns-|docker-seed-images$)/.test(path))
    const text = textOf({ ...stack, files: own })
    await expect(text).toMatchFileSnapshot('../files/units/nixos/eventual/addons-dns.txt')
  })
})

describe('the nixos flavour for the oldest release', () => {
  test('gives both roles these files', async () => {
    const stack = nixosStackOf({ version: '1.9' })
    await expect(textOf(stack)).toMatchFileSnapshot('../files/units/nixos/eventual/both-1.9.txt')
  })
})

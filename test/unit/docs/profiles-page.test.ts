import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONTENT_RULES, ADMISSION_RULES } from '@easycerts/shared/issuance'
import { ROUTES, type Route } from '@easycerts/shared/api'
import { ALL_BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { profileRow, profileRowsOf } from '../../support/profile-table.ts'

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')

it('docs/profiles.md shows every built-in profile as it is', () => {
  expect(profileRowsOf(pageOf('profiles'))).toEqual(ALL_BUILT_IN_PROFILES.map(profileRow))
})

it('docs/authorisation.md names every rule', () => {
  const rules = [...Object.values(ADMISSION_RULES).flat(), ...CONTENT_RULES].map(({ name }) => name)
  const page = pageOf('authorisation')
  expect(rules.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

it('docs/authorisation.md lists what an operator certificate may do', () => {
  const open = Object.values(ROUTES as Readonly<Record<string, Route>>)
    .filter(({ operatorCertificate }) => operatorCertificate === true)
    .map(({ method, path }) => `${method} ${path}`)
  const listed = [...pageOf('authorisation').matchAll(/^- `((?:GET|POST) [^`]+)`$/gm)]
  expect(listed.map(([, route]) => route).sort()).toEqual(open.sort())
})

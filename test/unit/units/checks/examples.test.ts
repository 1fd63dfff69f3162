import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { contradictionsOf } from '@easycerts/units/checks'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'

const examples = new URL('../../../../examples/', import.meta.url)
const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'))

it.each(names)('examples/%s contradicts itself nowhere, on any of its nodes', (name) => {
  const description = parseDescription(name, readFileSync(new URL(name, examples), 'utf8'))
  const found = description.nodes.flatMap((node) => {
    const request = { description, node }
    return contradictionsOf(request, buildStack(request))
  })
  expect(found).toEqual([])
})

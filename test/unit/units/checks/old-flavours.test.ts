import { contradictionsOf } from '@easycerts/units/checks'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import { describe, expect, it } from 'vitest'
import { exampleText } from '../../../support/units/described-stack.ts'

describe.each(['fleet', 'kubelet-wrapper', 'kubeasz'])(
  'each stack of the example of %s',
  (name) => {
    const description = parseDescription(`${name}.yaml`, exampleText(name))

    it.each(description.nodes.map((node) => [node.name, node] as const))(
      'contradicts itself nowhere: %s',
      (_, node) => {
        const request = { description, node }
        expect(contradictionsOf(request, buildStack(request))).toEqual([])
      },
    )
  },
)

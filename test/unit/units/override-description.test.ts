import { describe, expect, it } from 'vitest'
import { parseDescription } from '@easycerts/units/description'
import { describedYaml } from '../../support/units/described-cluster.ts'

const TEXTS = {
  'a file that does not say it': describedYaml(),
  'a file that says otherwise': describedYaml({ kubernetesVersion: '1.30' }),
  'a file that leaves it empty': `kubernetesVersion:\n${describedYaml()}`,
  'an indented file': describedYaml().replace(/^/gm, '  '),
  'a file that ends without a newline': describedYaml().trimEnd(),
  'a file of several documents’ form': `---\n${describedYaml()}...\n`,
  JSON: JSON.stringify({
    name: 'prod',
    masterAddress: '10.0.0.1',
    nodes: [{ name: 'a', roles: ['master'] }],
  }),
}

describe('a release that the command line names', () => {
  it.each(Object.entries(TEXTS))('takes the place of that of %s', (_, text) => {
    const { release } = parseDescription('c.yaml', text, { kubernetesVersion: '1.24' })
    expect(release).toBe('1.24')
  })

  it('moves no line, so that faults keep theirs', () => {
    const text = `kubernetesVersion: '1.30' # of today\n${describedYaml({ colour: 'red' })}`
    const line = text.split('\n').findIndex((each) => each.startsWith('colour')) + 1
    expect(() => parseDescription('c.yaml', text, { kubernetesVersion: '1.24' })).toThrow(
      `c.yaml:${line}:1: colour`,
    )
  })

  it('is judged by the flavour that the command line names', () => {
    expect(() =>
      parseDescription('c.yaml', describedYaml(), { flavour: 'nixos', kubernetesVersion: '1.30' }),
    ).toThrow('nixos cannot run 1.30')
  })

  it('leaves what is no map to its own fault', () => {
    expect(() => parseDescription('c.yaml', '- a\n', { kubernetesVersion: '1.24' })).toThrow(
      'c.yaml:1',
    )
  })
})

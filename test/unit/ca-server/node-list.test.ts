import { describe, expect, it } from 'vitest'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseNodeList } from '../../../apps/ca-server/src/fleet/parse-node-list.ts'

const parse = (text: string) => parseNodeList('nodes', text)

/** The lines of the refusal. */
const faultsOf = (text: string): string[] => {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof EasycertsError)) throw error
    expect(error.code).toBe('ERR_CONFIG_INVALID')
    return error.message.split('\n')
  }
}

const NODES = [
  { name: 'worker-1', role: undefined, hosts: ['w1.example', '10.0.0.11', '2001:db8::11'] },
  { name: 'master-1', role: 'master', hosts: [] },
]

describe('a list of nodes', () => {
  it('may be YAML', () => {
    const text = `# the first rack
- name: worker-1
  hosts: [w1.example]
  addresses:
    - 10.0.0.11
    - 2001:db8::11

- { name: master-1, role: master }
`
    expect(parse(text)).toEqual([
      { ...NODES[0], line: 2 },
      { ...NODES[1], line: 8 },
    ])
  })

  it('may be a table, with its columns in any order', () => {
    const text = `# the first rack
name,addresses,hosts,role
worker-1, 10.0.0.11 2001:db8::11, w1.example,

master-1,,,master
`
    expect(parse(text)).toEqual([
      { ...NODES[0], line: 3 },
      { ...NODES[1], line: 5 },
    ])
  })

  it('may be a table of names alone, with the line ends of Windows', () => {
    expect(parse('name\r\nworker-1\r\nworker-2\r\n').map(({ name }) => name)).toEqual([
      'worker-1',
      'worker-2',
    ])
  })

  it('names all faults of YAML at once, each with its line', () => {
    const faults = faultsOf(`- name: Worker
- name: worker-2
  role: king
- name: worker-3
  addresses: [not-an-address]
- nam: worker-4
`)
    expect(faults.map((fault) => fault.split(':')[1])).toEqual(['1', '3', '5', '6', '6'])
  })

  it('names all faults of a table at once, each with its line', () => {
    expect(
      faultsOf(
        'name,role,addresses\nWorker,worker,\nworker-2,king,\n"worker-3",worker,\nworker-4\n,worker,',
      ),
    ).toEqual([
      expect.stringMatching(/^nodes:2: name: is not a node name/),
      expect.stringMatching(/^nodes:3: role: is not a role/),
      'nodes:4: fields are not quoted',
      'nodes:5: has 1 fields, not 3',
      'nodes:6: name: is missing',
    ])
  })

  it.each([
    ['a name twice', '- name: worker-1\n- name: worker-1\n', /^nodes:2: worker-1 stands in line 1/],
    ['a name twice in a table', 'name\na1\nb1\na1\n', /^nodes:4: a1 stands in line 2/],
    ['nothing', '[]', /^nodes:1: the list is empty/],
    ['a head alone', 'name,role\n', /^nodes:1: the list is empty/],
    ['an unknown column', 'name,colour\na1,red\n', /^nodes:1: colour: columns are/],
    ['a column twice', 'name,name\na1,a1\n', /^nodes:1: name: columns are/],
    ['a map', 'name: worker-1\n', /^nodes:1/],
    ['a pattern', '- name: worker-*\n', /is not a node name/],
    ['a wildcard host', '- {name: w1, hosts: ["*.example"]}\n', /is not a DNS name or an address/],
    ['a billion laughs', `a: &a [x]\nb: &b [*a,*a]\nc: [${'*b,'.repeat(30)}]\n`, /^nodes:/],
    ['what is no YAML', '- name: [\n', /^nodes:/],
  ])('is none with %s', (_title, text, fault) => {
    expect(faultsOf(text)[0]).toMatch(fault)
  })

  it('does not repeat what stands where a name belongs', () => {
    expect(faultsOf('- name: ec1.secret.SECRET.abcdef\n').join()).not.toContain('SECRET')
    expect(faultsOf('name\nec1.secret.SECRET.abcdef\n').join()).not.toContain('SECRET')
  })
})

import { expect, it } from 'vitest'
import { ownNodeName } from '../../../apps/node-join/src/machine/index.ts'

const named = (hostName: string | undefined, root = '/') =>
  ownNodeName({ root, ...(hostName === undefined ? {} : { hostName }) })

it.each([
  ['worker-1', 'worker-1'],
  ['Worker-1.Lab.Example', 'worker-1.lab.example'],
  ['my_host', undefined],
  ['10.0.0.300', undefined],
  ['', undefined],
  [undefined, undefined],
])('a machine called %j is node %j', (hostName, name) => {
  expect(named(hostName)).toBe(name)
})

it('an image that is being made has no name', () => {
  expect(named('builder-1', '/mnt/image')).toBeUndefined()
})

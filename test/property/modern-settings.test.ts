import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { execStart } from '../support/units/read-unit.ts'
import { fileOf, sampleStack } from '../support/units/sample-stacks.ts'

/** Whatever a description takes: no control characters, and no half ones, which YAML has no form for. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          ' ',
          '"',
          "'",
          '\\',
          '%',
          '$',
          '${A}',
          '%%',
          ';',
          '#',
          '=',
          '\\x41',
          'é',
          '😀',
          '--v=',
        ),
        {
          maxLength: 8,
        },
      )
      .map((parts) => parts.join('')),
  )
  .filter((value) => !/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(value))

const COMPONENTS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kubelet',
  'etcd',
  'containerd',
] as const

test('an extra flag reads back from the unit as it was written, whatever its text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...COMPONENTS), text, (component, value) => {
      const settings = { [component]: { extraFlags: { 'of-mine': value } } }
      const words = execStart(
        fileOf(sampleStack('master', '1.36', { settings }), `${component}.service`),
      )
      expect(words.at(-1)).toBe(`--of-mine=${value}`)
      expect(words).toHaveLength(
        execStart(fileOf(sampleStack('master', '1.36'), `${component}.service`)).length + 1,
      )
    }),
    { numRuns: 60 },
  )
})

test('a field of the kubelet reads back from its file as it was written, beside ours', () => {
  const own = parse(fileOf(sampleStack('worker', '1.36'), '/var/lib/kubelet/config.yaml')) as object
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (volumePluginDir, allowedUnsafeSysctls) => {
      const config = { volumePluginDir, allowedUnsafeSysctls }
      const stack = sampleStack('worker', '1.36', { settings: { kubelet: { config } } })
      expect(parse(fileOf(stack, '/var/lib/kubelet/config.yaml'))).toEqual({ ...own, ...config })
    }),
    { numRuns: 60 },
  )
})

test('labels and taints read back from the command line of an old kubelet', () => {
  const part = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?$/)
  fc.assert(
    fc.property(fc.dictionary(part, part, { maxKeys: 4 }), part, (labels, value) => {
      const taints = [{ key: 'a', value, effect: 'NoExecute' }]
      const words = execStart(
        fileOf(sampleStack('worker', '1.22', {}, { labels, taints }), 'kubelet.service'),
      )
      const valueOf = (name: string) =>
        words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
      const written =
        valueOf('node-labels')
          ?.split(',')
          .map((pair) => pair.split('=')) ?? []
      expect(Object.fromEntries(written)).toEqual({ ...labels })
      expect(valueOf('register-with-taints')).toBe(`a=${value}:NoExecute`)
    }),
    { numRuns: 60 },
  )
})

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileOf } from '../support/units/sample-stacks.ts'
import { nixosStackOf } from '../support/units/nixos-samples.ts'
import { execStart, readCommand, readUnit } from '../support/units/read-unit.ts'

const RUNS = process.env['SOAK'] === 'full' ? 2000 : 15

/** What a description may hold: no control characters, and everything else. */
const word = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc
      .array(
        fc.constantFrom(' ', '"', "'", '\\', '%', '$', '${A}', ';', '#', '=', 'é', '😀', 'a'),
        {
          minLength: 1,
          maxLength: 8,
        },
      )
      .map((parts) => parts.join('')),
  )
  .filter((text) => !/[\u0000-\u001f\u007f]/.test(text))

const words = fc.array(word, { minLength: 1, maxLength: 4 })

test('further options of a component reach it as they were written', () => {
  fc.assert(
    fc.property(words, word, (extraOpts, value) => {
      const stack = nixosStackOf({
        nixos: { kubelet: { extraOpts } },
        more: { settings: { kubelet: { extraFlags: { 'node-labels': value } } } },
      })
      const args = execStart(fileOf(stack, 'kubelet.service'))
      expect(args.slice(-extraOpts.length - 1)).toEqual([...extraOpts, `--node-labels=${value}`])
    }),
    { numRuns: RUNS },
  )
})

test('further options of docker do so beside the variable of flannel', () => {
  fc.assert(
    fc.property(words, (extraOptions) => {
      const unit = fileOf(nixosStackOf({ nixos: { docker: { extraOptions } } }), 'docker.service')
      const command = readUnit(unit).find(({ name }) => name === 'ExecStart')?.value ?? ''
      const [, own = ''] = /^(.*) \$DOCKER_OPTS$/s.exec(command) ?? []
      expect(readCommand(own).slice(-extraOptions.length)).toEqual(extraOptions)
    }),
    { numRuns: RUNS },
  )
})

test('further variables of etcd do so', () => {
  fc.assert(
    fc.property(word, (value) => {
      const stack = nixosStackOf({ nixos: { etcd: { extraConf: { LOG_OUTPUTS: value } } } })
      const variables = readUnit(fileOf(stack, 'etcd.service'))
        .filter(({ name }) => name === 'Environment')
        // Specifiers are expanded in a first word, variables are not.
        .flatMap((line) => readCommand(line.value))
      expect(variables).toContain(`ETCD_LOG_OUTPUTS=${value}`)
    }),
    { numRuns: RUNS },
  )
})

describe('flannel’s network', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'easycerts-words-'))
    writeFileSync(join(directory, 'etcdctl'), '#!/bin/sh\nfor last; do :; done\nprintf %s "$last"')
    chmodSync(join(directory, 'etcdctl'), 0o755)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test('reaches etcd through a shell as it was written', () => {
    fc.assert(
      fc.property(word, (text) => {
        const etcd = { endpoints: ['http://e:2379'] }
        const backend = { Type: 'alloc', note: text }
        const stack = nixosStackOf({
          nixos: { flannel: { storageBackend: 'etcd', etcd, backend } },
        })
        const { stdout } = spawnSync('sh', [], {
          input: fileOf(stack, 'flannel-pre-start'),
          env: { PATH: `${directory}:/usr/bin:/bin` },
          encoding: 'utf8',
        })
        expect(JSON.parse(stdout)).toMatchObject({ Backend: backend })
      }),
      { numRuns: RUNS },
    )
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serializeUnit, type CommandLine } from '@easycerts/units/systemd'
import { describeWith } from '../support/needed-tool.ts'
import { readCommand, readUnit } from '../support/units/read-unit.ts'

/** What has a meaning of its own somewhere in systemd's syntax, more often than chance gives it. */
const special = fc.constantFrom(
  ...[' ', '"', "'", '\\', '%', '$', '${A}', '%%', '$$', ';', '#', '\n', '\r', '\t', '=', '@', '-'],
  ...['\\x41', '\\s', '\u0001', '\u007f', 'é', '\u00a0', '\u2028', '日本', '😀', 'a', '--flag='],
)
const argument = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(special, { maxLength: 8 }).map((parts) => parts.join('')),
)
const legal = argument.filter((text) => !text.includes('\0'))

const unitWith = (commands: readonly CommandLine[]): string =>
  serializeUnit({
    name: 'quoting.service',
    sections: [
      {
        name: 'Service',
        directives: [
          ['Type', 'oneshot'],
          ...commands.map((command) => ['ExecStart', command] as const),
          ['User', 'root'],
        ],
      },
    ],
  })

test('any argument comes back from a unit as it went in', () => {
  fc.assert(
    fc.property(fc.array(legal, { maxLength: 6 }), (args) => {
      const unit = unitWith([{ program: '/bin/true', arguments: args }])
      const [type, command, user, ...more] = readUnit(unit)
      expect(readCommand(command!.value)).toEqual(['/bin/true', ...args])
      expect([type!.value, user!.value, more]).toEqual(['oneshot', 'root', []])
    }),
    { numRuns: 2000 },
  )
})

/** systemd shows a command as it understood it, quoted for a shell, before variables. */
const readShown = (shown: string): string[] =>
  [...shown.matchAll(/"((?:[^"\\]|\\.)*)"|([^ "]+)/gs)].map(([, quoted, bare]) =>
    (bare ?? unescapeOctets(quoted!)).replaceAll('$$', '$'),
  )

const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

const unescapeOctets = (text: string): string =>
  text.replace(/\\([0-7]{3}|.)/gsu, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(parseInt(code, 8)) : (NAMED[code] ?? code),
  )

describeWith('systemd-analyze', 'systemd itself', () => {
  test('understands each of a few hundred arguments as it was meant', () => {
    const folder = mkdtempSync(join(tmpdir(), 'easycerts-quoting-'))
    try {
      const samples = fc.sample(legal, { numRuns: 300, seed: 252 })
      const commands = samples.map((text) => ({ program: '/bin/true', arguments: [text, 'end'] }))
      const path = join(folder, 'quoting.service')
      writeFileSync(path, unitWith(commands))
      const verify = (log: string) =>
        spawnSync('systemd-analyze', ['verify', '--man=no', path], {
          encoding: 'utf8',
          env: { ...process.env, SYSTEMD_LOG_LEVEL: log },
          maxBuffer: 64 * 1024 * 1024,
        })
      const judged = verify('info')
      expect([judged.status, judged.stderr]).toEqual([0, ''])
      const { stdout, stderr } = verify('debug')
      const shown = `${stdout}${stderr}`
        .split('\n')
        .flatMap((line) => line.split('Command Line: ').slice(1))
      expect(shown.map(readShown)).toEqual(samples.map((text) => ['/bin/true', text, 'end']))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

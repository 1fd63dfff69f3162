import { describe, expect, test } from 'vitest'
import { EasycertsError } from '@easycerts/shared/errors'
import { environmentVariable, serializeUnit, type Directive } from '@easycerts/units/systemd'

const service = (...directives: Directive[]): string =>
  serializeUnit({ name: 'x.service', sections: [{ name: 'Service', directives }] })

const command = (program: string, ...args: string[]): string =>
  service(['ExecStart', { program, arguments: args }])

test('a command has one argument per line, quoted only where it must be', () => {
  expect(command('/usr/bin/x', '--a=b', 'two words', '', '50%', '$HOME', '#x', ';')).toBe(
    [
      '[Service]',
      'ExecStart=/usr/bin/x \\',
      '  --a=b \\',
      '  "two words" \\',
      '  "" \\',
      '  "50%%" \\',
      '  "$$HOME" \\',
      '  "#x" \\',
      '  ";"',
      '',
    ].join('\n'),
  )
})

test('a directive that stands several times stays so, in its order', () => {
  expect(service(['SystemCallFilter', '@a'], ['User', 'x'], ['SystemCallFilter', '~@b'])).toBe(
    '[Service]\nSystemCallFilter=@a\nUser=x\nSystemCallFilter=~@b\n',
  )
})

test('an environment variable keeps its dollar, which systemd does not expand there', () => {
  expect(environmentVariable('A', '$x 100%')).toBe('"A=$x 100%%"')
})

describe('refused is', () => {
  test.each([
    ['a value that would add a directive', () => service(['User', 'x\nExecStart=/bin/evil'])],
    ['a value that would swallow the next line', () => service(['User', 'x\\'])],
    ['an argument with NUL', () => command('/bin/x', 'a\0b')],
    ['an argument with half a character', () => command('/bin/x', 'a\ud800')],
    ['a relative program', () => command('bin/x')],
    ['a program whose name holds a quote', () => command('/bin/x"y')],
  ])('%s', (_, write) => {
    expect(write).toThrow(EasycertsError)
  })
})

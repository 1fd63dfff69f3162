import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createTerminal, type TerminalOptions } from '@easycerts/adapters/terminal'
import { EasycertsError } from '@easycerts/shared/errors'

const ESC = '\x1b'
const ATTACK = `a${ESC}[2Jb\x07c\u009b31md\r\n\u202ee`

const sink = () => {
  const written: string[] = []
  return { write: (text: string) => written.push(text), text: () => written.join('') }
}

const terminal = (options: Partial<TerminalOptions> = {}) => {
  const [stdout, stderr] = [sink(), sink()]
  const standard = { program: 'certmgr', stdout, stderr, colour: false, output: 'text' } as const
  return { ...createTerminal({ ...standard, ...options }), out: stdout.text, err: stderr.text }
}

describe('a result', () => {
  it('goes to standard output in the asked form, and nothing else does', async () => {
    const [text, json, yaml] = [
      terminal(),
      terminal({ output: 'json' }),
      terminal({ output: 'yaml', toYaml: () => 'name: n\n' }),
    ]
    for (const one of [text, json, yaml]) {
      one.note('note')
      one.warning('careful')
      one.error(new Error('boom'))
      await one.result({ name: 'n' }, () => 'Name n')
    }
    expect(text.out()).toBe('Name n\n')
    expect(json.out()).toBe('{\n  "name": "n"\n}\n')
    expect(yaml.out()).toBe('name: n\n')
  })

  it('cannot steer the terminal, whatever came from outside', async () => {
    const text = terminal()
    await text.result(null, () => ATTACK)
    expect(text.out()).toBe('a[2Jbc31md\ne\n')
    const json = terminal({ output: 'json' })
    await json.result({ name: ATTACK }, () => '')
    expect(json.out()).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(JSON.parse(json.out())).toEqual({ name: ATTACK })
  })

  it('keeps our own colours, where there are colours, and no hidden text', async () => {
    const colours = terminal({ colour: true })
    await colours.result(null, () => `${colours.paint('green', 'ok')}${ESC}[8mhidden${ESC}[2J`)
    expect(colours.out()).toBe(`${ESC}[32mok${ESC}[39m[8mhidden[2J\n`)
    expect(terminal().paint('green', 'ok')).toBe('ok')
  })
})

describe('a table', () => {
  it('has columns without borders and one line for each row', async () => {
    const rows = [
      ['worker-1', '29d'],
      ['m\nx', `${ESC}[2J!`],
    ]
    const drawn = await terminal().table(['NODE', 'LEFT'], rows)
    expect(drawn).toBe('NODE      LEFT\nworker-1  29d\nm x       [2J!')
  })

  it('is aligned with colours too', async () => {
    const drawn = await terminal({ colour: true }).table(['NODE', 'LEFT'], [['worker-1', '29d']])
    expect(drawn).toBe(`${ESC}[1mNODE${ESC}[22m      ${ESC}[1mLEFT${ESC}[22m\nworker-1  29d`)
  })
})

describe('an error', () => {
  const known = new EasycertsError('ERR_FILE_UNSAFE', `x${ESC}[2J\nis bad`, { hint: 'do y' })

  it('of a configuration is a line for each fault', () => {
    const written: string[] = []
    const { error } = createTerminal({
      program: 'certmgr',
      stdout: { write: () => undefined },
      stderr: { write: (line) => written.push(line) },
      colour: false,
      output: 'text',
    })
    expect(error(new EasycertsError('ERR_CONFIG_INVALID', 'a.yaml:1:1: x\na.yaml:2:1: y'))).toBe(78)
    expect(written.join('').split('\n').slice(0, 2)).toEqual([
      'certmgr: error: a.yaml:1:1: x',
      'certmgr: error: a.yaml:2:1: y',
    ])
  })

  it('is one line and a hint, and gives its exit code', () => {
    const text = terminal()
    expect(text.error(known)).toBe(77)
    expect(text.err()).toBe('certmgr: error: x[2J is bad\ncertmgr: hint: do y\n')
  })

  it('is a problem document for programs', () => {
    const json = terminal({ output: 'json' })
    expect(json.error(known)).toBe(77)
    expect(JSON.parse(json.err())).toMatchObject({ code: 'ERR_FILE_UNSAFE', hint: 'do y' })
    expect(JSON.parse(json.err())).not.toHaveProperty('stack')
  })

  it('that nobody foresaw is a bug, with its stack and exit code 70', () => {
    const [text, json] = [terminal(), terminal({ output: 'json' })]
    expect([text.error(new TypeError('boom')), json.error('a string')]).toEqual([70, 70])
    expect(text.err()).toMatch(/^certmgr: error: internal error: boom\ncertmgr: hint: .*\n/)
    expect(text.err()).toContain('terminal.test.ts')
    expect(JSON.parse(json.err())).toMatchObject({ detail: 'internal error: a string' })
  })
})

describe('a closed pipe', () => {
  it('is no failure, but any other trouble with the output is', () => {
    const stdout = Object.assign(new EventEmitter(), { write: () => true })
    terminal({ stdout })
    const trouble = (code: string) => Object.assign(new Error(code), { code })
    expect(() => stdout.emit('error', trouble('EPIPE'))).not.toThrow()
    expect(() => stdout.emit('error', trouble('ENOSPC'))).toThrow('ENOSPC')
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../support/ca-server-process.ts'
import { describeWith } from '../support/needed-tool.ts'
import { runInProcess } from '../support/run-in-process.ts'

const folder = makeFolder()
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  mkdirSync(join(folder, 'requests'))
  writeFileSync(join(folder, 'request of jane.csr'), '')
})

const scriptFor = async (shell: string): Promise<string> => {
  const { stdout } = await runInProcess(['completion', shell])
  const path = join(folder, `completion.${shell}`)
  writeFileSync(path, (JSON.parse(stdout) as { script: string }).script)
  return path
}

const linesOf = (program: string, args: readonly string[]): string[] => {
  const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

/** What each shell offers, without descriptions, for a line whose last word is being written. */
const askBash = (script: string, words: readonly string[]): string[] =>
  linesOf('bash', [
    '-c',
    // COMP_WORDBREAKS has the equals sign: bash makes a word of it.
    `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ca_server
     printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    script,
    ...words.flatMap((word) =>
      word.split(/(?<=^--[a-z-]+)(=)/).filter((part, at) => part || at < 2),
    ),
  ])

const askFish = (script: string, words: readonly string[]): string[] =>
  linesOf('fish', ['--no-config', '-c', `source ${script}; complete -C "${words.join(' ')}"`]).map(
    (line) => line.split('\t')[0] ?? '',
  )

/** zsh completes only at a terminal: what it would add and describe is written down instead. */
const askZsh = (script: string, words: readonly string[]): string[] =>
  linesOf('zsh', [
    '-f',
    '-c',
    `compdef() { : }
     compset() { PREFIX=\${PREFIX#*=} }
     compadd() { print -l -- "\${@:#--}" }
     _files() { [[ $1 == -/ ]] && print -l -- *(/) || print -l -- * }
     _describe() { print -l -- "\${(@)\${(P)2}%%:*}" }
     source "$1"; shift; words=("$@"); CURRENT=$#; PREFIX=\${@[-1]}
     _ca_server`,
    'zsh',
    script,
    ...words,
  ]).filter((line) => line.startsWith((words.at(-1) ?? '').replace(/^--[a-z-]+=/, '')))

const SHELLS = [
  { shell: 'bash', ask: askBash, joined: (_option: string, word: string) => word },
  { shell: 'fish', ask: askFish, joined: (option: string, word: string) => `${option}=${word}` },
  { shell: 'zsh', ask: askZsh, joined: (_option: string, word: string) => word },
] as const

describe.each(SHELLS)('$shell', ({ shell, ask, joined }) => {
  describeWith(shell, 'completes for ca-server', () => {
    let script = ''
    beforeAll(async () => {
      script = await scriptFor(shell)
    })
    const offers = (...words: string[]): string[] => ask(script, ['ca-server', ...words]).sort()

    it('commands, and the commands below them', () => {
      expect(offers('no')).toEqual(['node'])
      expect(offers('node', 'li')).toEqual(['list'])
      expect(offers('node', 'list', 'li')).toEqual([])
    })

    it('options of the command, and those of the program everywhere', () => {
      expect(offers('node', 'list', '--sta')).toEqual(['--state'])
      expect(offers('node', 'list', '--outp')).toEqual(['--output'])
      expect(offers('status', '--state')).toEqual([])
    })

    it('the words that an option allows, after a blank and after an equals sign', () => {
      expect(offers('node', 'list', '--role', 'w')).toEqual(['worker'])
      expect(offers('--output', 'j')).toEqual(['json'])
      expect(offers('--output=j')).toEqual([joined('--output', 'json')])
    })

    it('commands after an option and its value, which is no command', () => {
      expect(offers('--identity-file', 'node', 'stat')).toEqual(['status'])
      expect(offers('--output=json', 'node', 'li')).toEqual(['list'])
    })

    it('files and directories where these are wanted, with blanks in their names', () => {
      const files = offers('certificate', 'issue', '--csr', 're').map((file) =>
        file.replaceAll('\\', ''),
      )
      expect(files.join(' ')).toContain('request of jane.csr')
      const directories = offers('--data-directory', 're')
      expect(directories.map((directory) => directory.replace('/', ''))).toEqual(['requests'])
    })

    it('nothing where only the operator knows', () => {
      expect(offers('node', 'list', '--prefix', '')).toEqual([])
    })
  })
})

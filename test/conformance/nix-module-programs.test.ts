import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith } from '../support/needed-tool.ts'
import {
  evaluateHost,
  NIX_FOLDER,
  type NixService,
  PROGRAMS,
} from '../support/nix/evaluate-module.ts'

/** Each call of one of our programs in what the units run: its words. */
const callsIn = (services: Readonly<Record<string, NixService>>, more: string): string[][] => {
  const texts = Object.values(services).flatMap(({ script, preStart, serviceConfig = {} }) => [
    script ?? '',
    preStart ?? '',
    String(serviceConfig['ExecStart'] ?? ''),
    String(serviceConfig['ExecReload'] ?? ''),
  ])
  const lines = [...texts, more].join('\n').replaceAll('\\\n', ' ').split('\n')
  return lines.flatMap((line) => {
    const [, call] = new RegExp(`${PROGRAMS}/([^<>|]*)`).exec(line) ?? []
    return call === undefined ? [] : [call.trim().split(/ +/)]
  })
}

const helps = new Map<string, string>()

const helpOf = (program: string, commands: readonly string[]): string => {
  const words = [program, ...commands].join(' ')
  const known = helps.get(words)
  if (known !== undefined) return known
  const file = join(NIX_FOLDER, '..', 'apps', program, 'bin', `${program}.js`)
  const help = execFileSync(process.execPath, [file, ...commands, '--help'], { encoding: 'utf8' })
  helps.set(words, help)
  return help
}

/** Flags of a call that the program does not have. */
const strangeFlags = ([program = '', ...words]: readonly string[]): string[] => {
  const first = words.findIndex((word) => !/^[a-z]/.test(word))
  const commands = first < 0 ? words : words.slice(0, first)
  const help = helpOf(program, commands)
  const ours = help.includes(`Usage: ${[program, ...commands].join(' ')} `)
  const flags = words.filter((word) => word.startsWith('--') && word !== '--')
  return flags.filter((flag) => !ours || !new RegExp(`^ +${flag}[ \\n]`, 'm').test(help))
}

describeWith('nix-instantiate', 'what the NixOS module runs', () => {
  it.each(['master', 'worker'] as const)(
    'calls the programs of a %s with flags that they have',
    (role) => {
      const easycerts = role === 'master' ? { legacyTokenFile: '/run/token' } : {}
      const { systemd, environment } = evaluateHost(role, { easycerts }).config
      const command = environment.systemPackages.find((each) => typeof each !== 'string')
      const calls = callsIn(systemd.services, typeof command === 'object' ? command.text : '')
      expect(calls.length).toBeGreaterThanOrEqual(role === 'master' ? 7 : 3)
      expect(calls.filter((call) => strangeFlags(call).length > 0)).toEqual([])
    },
  )

  it('finds the flag that a program does not have', () => {
    expect(strangeFlags(['node-join', '--no-units', '--no-unit'])).toEqual(['--no-unit'])
    expect(strangeFlags(['ca-server', 'tickets', 'create', '--node'])).toEqual(['--node'])
  })
})

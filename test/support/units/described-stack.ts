import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import type { GeneratedFile, NodeStack, StackRequest } from '@easycerts/units/stack'
import { stringify } from 'yaml'
import { installFiles, removeRoot } from './installed-root.ts'
import { readUnit } from './read-unit.ts'

type Written = Readonly<Record<string, unknown>>

export const exampleText = (flavour: string): string =>
  readFileSync(new URL(`../../../examples/${flavour}.yaml`, import.meta.url), 'utf8')

/** The stack of one node of a description, given as YAML or as the value that it would be. */
export const describedStack = (
  description: string | Written,
  nodeName: string,
  options: Partial<StackRequest> = {},
): NodeStack => {
  const text = typeof description === 'string' ? description : stringify(description)
  const parsed = parseDescription('cluster.yaml', text)
  const node = parsed.nodes.find(({ name }) => (name as string) === nodeName)
  if (node === undefined) throw new Error(`no node ${nodeName}`)
  return buildStack({ description: parsed, node, ...options })
}

/** A whole stack as one text: how each file is owned, what is in it, and what is started. */
export const stackText = ({ files, units, warnings = [] }: NodeStack): string =>
  [
    ...files.map(
      ({ path, mode, owner = 'root', content }) =>
        `==> ${mode.toString(8).padStart(4, '0')} ${owner} ${path}\n${content}`,
    ),
    `==> units\n${units.map((unit) => `${unit}\n`).join('')}`,
    `==> warnings\n${warnings.map((warning) => `${warning}\n`).join('')}`,
  ].join('\n')

const programsIn = (unit: string): string[] =>
  readUnit(unit)
    .filter(({ name }) => name.startsWith('Exec'))
    .map(({ value }) => value.replace(/^[-@:+!]+/, '').split(/\s/)[0]!)

/** Words of a unit's command as systemd splits them, before it puts values in. */
export const wordsOf = (unit: string, name: string): string[] =>
  readUnit(unit)
    .filter((directive) => directive.name === name)
    .flatMap(({ value }) => value.split(/\s+/))
    .map((word) => word.replace(/^"(.*)"$/, '$1'))

/** systemd-analyze's verdict on units, with stubs for their programs and for the units of others. */
export const verifyUnits = (
  units: readonly GeneratedFile[],
  others: readonly string[],
): { readonly status: number | null; readonly output: string } => {
  const inPlace = units.map((file) => ({
    ...file,
    path: file.path.replace(/^.*\/(?=[^/]+$)/, '/etc/systemd/system/'),
  }))
  const stubs = others.map((name) => ({
    path: `/etc/systemd/system/${name}`,
    content: '[Service]\nType=oneshot\nExecStart=/bin/true\n',
    mode: 0o644,
  }))
  const programs = ['/bin/true', ...units.flatMap(({ content }) => programsIn(content))]
  const root = installFiles([
    ...inPlace,
    ...stubs,
    ...programs.map((path) => ({ path, content: '#!/bin/sh\n', mode: 0o755 })),
  ])
  try {
    const { status, stdout, stderr } = spawnSync(
      'systemd-analyze',
      [
        'verify',
        '--man=no',
        `--root=${root}`,
        ...inPlace.map(({ path }) => path.split('/').at(-1)!),
      ],
      { encoding: 'utf8' },
    )
    return { status, output: stdout + stderr }
  } finally {
    removeRoot(root)
  }
}

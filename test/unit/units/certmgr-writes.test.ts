import { describe, expect, test } from 'vitest'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import { layoutOf } from '@easycerts/shared/layout'
import { FLAVOUR_NAMES } from '@easycerts/units/description'
import { parse } from 'yaml'
import { describedStack, exampleText } from '../../support/units/described-stack.ts'
import { readUnit } from '../../support/units/read-unit.ts'
import { fileOf } from '../../support/units/sample-stacks.ts'

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const exampleOf = (flavour: string) =>
  parse(exampleText(flavour)) as { nodes: { name: string; roles: string[] }[] }

describe.each(FLAVOUR_NAMES)('certmgr.service of %s', (flavour) => {
  test.each(
    LAYOUT_NAMES.flatMap((layout) => [true, false].map((byTimer) => [layout, byTimer] as const)),
  )(
    'may write wherever certificates and bundles of the layout %s are (by a timer: %s)',
    (layout, certmgrByTimer) => {
      const example = { ...exampleOf(flavour), layout }
      for (const { name, roles } of example.nodes) {
        const role = roles.includes('master') ? 'master' : 'worker'
        const { files, units } = describedStack(example, name, { certmgrByTimer })
        expect(units).toContain(certmgrByTimer ? 'certmgr.timer' : 'certmgr.service')
        const { certificates, bundles } = layoutOf(layout)
        const paths = [
          ...certificates.map((row) => ({ ...row, path: row.certificate })),
          ...certificates.map((row) => ({ ...row, path: row.key })),
          ...bundles,
        ].flatMap((row) => ((row.roles as string[]).includes(role) ? [row.path] : []))
        const writable = readUnit(fileOf({ files, units }, 'certmgr.service'))
          .filter((directive) => directive.name === 'ReadWritePaths')
          .flatMap(({ value }) => value.split(' ').map((path) => path.replace(/^-/, '')))
        for (const directory of new Set(paths.map(directoryOf)))
          expect(
            writable.some((path) => `${directory}/`.startsWith(`${path}/`)),
            `${name}: ${directory}`,
          ).toBe(true)
      }
    },
  )
})

test.each(['fleet', 'kubeasz', 'kubelet-wrapper'])(
  'a node of %s without certificates, and the form of the source, have no certmgr',
  (flavour) => {
    const { name } = exampleOf(flavour).nodes[1]!
    const without = { ...exampleOf(flavour), without: ['certificates'] }
    expect(describedStack(without, name).units).not.toContain('certmgr.service')
    const { units } = describedStack(exampleText(flavour), name, { verbatim: true })
    expect(units).not.toContain('certmgr.service')
  },
)

test.each(['fleet', 'kubeasz', 'kubelet-wrapper', 'nixos'])(
  'a master of %s makes the users that own its keys',
  (flavour) => {
    const { name } = exampleOf(flavour).nodes[0]!
    const { files } = describedStack(exampleOf(flavour), name, { caServer: { sealedKeys: false } })
    const users = files
      .filter(({ path }) => path.startsWith('/etc/sysusers.d/'))
      .flatMap(({ content }) => [...content.matchAll(/^u (\S+)/gm)].map(([, user]) => user))
    expect(users.toSorted()).toEqual(['easycerts', 'etcd', 'kubernetes'])
  },
)

import { readFileSync } from 'node:fs'
import type { NodeStack } from '@easycerts/units/stack'
import { describe, expect, it } from 'vitest'
import { startContainerd, writeForContainerd } from '../support/cni/containerd.ts'
import { describeOnLoneHost } from '../support/cni/describe-on-lone-host.ts'
import { nixosStackOf } from '../support/units/nixos-samples.ts'
import { fileOf, sampleStack } from '../support/units/sample-stacks.ts'

const CONFIG = '/etc/containerd/config.toml'
const CRI = `plugins."io.containerd.grpc.v1.cri"`

type Settings = ReadonlyMap<string, string>

/** 'table key' to the value as it is written; values of several lines, of which none is asked for, apart. */
const settingsOf = (toml: string): Settings => {
  let table = ''
  return new Map(
    toml.split('\n').flatMap((line): [string, string][] => {
      const [, name, key, value] = /^\s*(?:\[([^[\]]+)\]|(\w+) = (.*))$/.exec(line) ?? []
      if (name !== undefined) table = name
      return key === undefined || value === undefined ? [] : [[`${table} ${key}`.trim(), value]]
    }),
  )
}

describeOnLoneHost('containerd 1', ['/usr/bin/containerd'], (host) => {
  const dumped = (stack: NodeStack): Settings => {
    writeForContainerd(host(), stack)
    return settingsOf(host().run('containerd', `--config=${CONFIG}`, 'config', 'dump'))
  }

  it.each(['1.15', '1.24', '1.35'])('means what the file for %s says', (version) => {
    const modern = { sandboxImage: 'registry.example/pause:3.9' }
    const known = dumped(
      sampleStack('worker', version, { containerRuntime: { name: 'containerd' }, modern }),
    )
    expect(known.get('version')).toBe('2')
    expect(known.get(`${CRI} sandbox_image`)).toBe('"registry.example/pause:3.9"')
    expect(known.get(`${CRI}.containerd default_runtime_name`)).toBe('"runc"')
    const runc = `${CRI}.containerd.runtimes.runc`
    expect(known.get(`${runc} runtime_type`)).toBe('"io.containerd.runc.v2"')
    expect(known.get(`${runc}.options SystemdCgroup`)).toBe('true')
    expect(known.get(`${CRI}.cni conf_dir`)).toBe('"/etc/cni/net.d"')
    expect(known.get(`${CRI}.cni bin_dir`)).toBe('"/opt/cni/bin"')
    expect(known.get(`${CRI}.cni conf_template`)).toBe('""')
    expect(known.get(`${CRI}.registry config_path`)).toBe('"/etc/containerd/certs.d"')
  })

  it('means its own image, cgroupfs and a template where the description does', () => {
    const modern = { cgroupDriver: 'cgroupfs' }
    const known = dumped(sampleStack('worker', '1.30', { cni: 'bridge', modern }))
    expect(known.get(`${CRI} sandbox_image`)).toMatch(/^"registry\.k8s\.io\/pause:/)
    expect(known.get(`${CRI}.containerd.runtimes.runc.options SystemdCgroup`)).toBe('false')
    expect(known.get(`${CRI}.cni conf_template`)).toBe('"/etc/containerd/cni.template"')
  })

  it('means what the file of nixos says', () => {
    const known = dumped(nixosStackOf({ more: { containerRuntime: { name: 'containerd' } } }))
    expect(known.get(`${CRI} sandbox_image`)).toBe('"pause:latest"')
    expect(known.get(`${CRI}.cni max_conf_num`)).toBe('0')
    expect(known.get(`${CRI}.containerd.runtimes.runc.options SystemdCgroup`)).toBe('true')
  })

  it('takes imports of other plug-ins, and loses all of ours with an import of CRI', () => {
    const stack = sampleStack('worker', '1.30')
    host().write(
      '/etc/containerd/conf.d/metrics.toml',
      'version = 2\n[metrics]\n  address = "[::1]:1338"\n',
    )
    const known = dumped(stack)
    expect(known.get('metrics address')).toBe('"[::1]:1338"')
    const driver = `${CRI}.containerd.runtimes.runc.options SystemdCgroup`
    expect(known.get(driver)).toBe('true')
    // As docs/units-modern.md warns.
    const table = "version = 2\n[plugins.'io.containerd.grpc.v1.cri']\n  enable_selinux = true\n"
    host().write('/etc/containerd/conf.d/selinux.toml', table)
    expect(dumped(stack).get(driver)).toBe('false')
  })

  it.each([
    ['modern', sampleStack('worker', '1.30')],
    ['nixos', nixosStackOf({ more: { containerRuntime: { name: 'containerd' } } })],
  ])('starts with the files of %s, and loads its network', async (_flavour, stack) => {
    writeForContainerd(host(), stack)
    const containerd = await startContainerd(host())
    await containerd.stop()
    expect(containerd.log()).not.toContain('level=error')
  })
})

/** The Debian of the tests has no containerd 2, so its own documentation is all there is to ask. */
describe('containerd 2', () => {
  const { tables } = JSON.parse(
    readFileSync(new URL('../fixtures/containerd/config-2.json', import.meta.url), 'utf8'),
  ) as { tables: Readonly<Record<string, readonly string[]>> }

  it.each([
    ['flannel', {}],
    ['bridge', { modern: { sandboxImage: 'registry.example/pause:3.9' } }],
  ])('documents every table and key of the file for 1.36 with %s', (cni, more) => {
    const known = settingsOf(fileOf(sampleStack('worker', '1.36', { cni, ...more }), CONFIG))
    expect(known.get('version')).toBe('3')
    for (const place of known.keys()) {
      const [, table = '', key = ''] = /^(?:(.*) )?(\w+)$/.exec(place) ?? []
      expect(tables[table], table).toContain(key)
    }
  })
})

import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildStack } from '@easycerts/units/flavours'
import type { NodeStack } from '@easycerts/units/stack'
import { installRoot, removeRoot } from '../support/units/installed-root.ts'
import { describeWith } from '../support/needed-tool.ts'
import { ALL_ROLES, sampleRequest, sampleStack } from '../support/units/sample-stacks.ts'

/** By default the exit status tells little, and standard error all. */
const MODES = ['--recursive-errors=no', '--recursive-errors=yes', undefined] as const

const run = (program: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

const unitsOf = (stack: NodeStack): string[] =>
  stack.files
    .filter(({ path }) => path.startsWith('/etc/systemd/system/'))
    .map(({ path }) => path.slice('/etc/systemd/system/'.length))

const verify = (root: string, mode: string | undefined, units: readonly string[]) =>
  run('systemd-analyze', [
    'verify',
    '--man=no',
    `--root=${root}`,
    ...(mode === undefined ? [] : [mode]),
    ...units,
  ])

/** The highest exposure, times ten, by units.md 3.5; ours by measurement of this version. */
const THRESHOLDS: Readonly<Record<string, number>> = {
  'etcd.service': 14,
  'kube-apiserver.service': 19,
  'kube-controller-manager.service': 19,
  'kube-scheduler.service': 19,
  'kube-addon-manager.service': 19,
  'kube-addon-manager-bootstrap.service': 23,
  'kube-apiserver-online.service': 19,
  'kube-proxy.service': 35,
  'flanneld.service': 27,
  'kubelet.service': 93,
  'certmgr.service': 27,
  'ca-server.service': 17,
}

describeWith('systemd-analyze', 'systemd judges the units of', () => {
  // One before the kubelet's file had everything, and the newest.
  describe.each(['1.20', '1.36'])('Kubernetes %s on', (version) => {
    describe.each(ALL_ROLES)('a node that is %s', (role) => {
      const stack = sampleStack(role, version)
      let root = ''
      beforeAll(() => {
        root = installRoot(stack.files)
      })
      afterAll(() => removeRoot(root))

      test.each(MODES)('and says nothing against all of them (%s)', (mode) => {
        expect(verify(root, mode, unitsOf(stack))).toEqual({ status: 0, stdout: '', stderr: '' })
      })

      const services = unitsOf(stack).filter((unit) => unit in THRESHOLDS)
      test.each(services)('and finds %s no more exposed than it must be', (unit) => {
        const threshold = `--threshold=${THRESHOLDS[unit]!}`
        const judgement = run('systemd-analyze', [
          'security',
          '--offline=yes',
          '--no-pager',
          `--root=${root}`,
          threshold,
          unit,
        ])
        expect(judgement.stderr).toBe('')
        expect(judgement.stdout).toContain(`Overall exposure level for ${unit}`)
        expect(judgement.status, judgement.stdout.trim().split('\n').at(-1)).toBe(0)
      })
    })
  })

  describe('a worker whose certmgr is started by a timer', () => {
    const stack = buildStack({ ...sampleRequest('worker', '1.36'), certmgrByTimer: true })
    let root = ''
    beforeAll(() => {
      root = installRoot(stack.files)
    })
    afterAll(() => removeRoot(root))

    test('and says nothing against them', () => {
      expect(unitsOf(stack)).toContain('certmgr.timer')
      const verdict = verify(root, undefined, unitsOf(stack))
      expect(verdict).toEqual({ status: 0, stdout: '', stderr: '' })
    })

    test('and finds one pass no more exposed than the daemon', () => {
      const words = ['security', '--offline=yes', '--no-pager', `--root=${root}`]
      const threshold = `--threshold=${THRESHOLDS['certmgr.service']!}`
      expect(run('systemd-analyze', [...words, threshold, 'certmgr.service']).status).toBe(0)
    })
  })

  describe('a worker that someone broke', () => {
    const stack = sampleStack('worker', '1.36')
    let root = ''
    beforeAll(() => {
      root = installRoot(stack.files)
    })
    afterAll(() => removeRoot(root))

    test('by a misspelt directive, and says so', () => {
      appendFileSync(join(root, '/etc/systemd/system/kubelet.service'), '[Service]\nRestrat=no\n')
      expect(verify(root, undefined, ['kubelet.service']).stderr).toContain("Unknown key 'Restrat'")
    })

    test('by taking a program away, and says so', () => {
      removeRoot(join(root, '/usr/bin/kube-proxy'))
      expect(verify(root, undefined, ['kube-proxy.service'])).toMatchObject({ status: 1 })
    })
  })
})

describeWith('systemd-sysusers', 'the host files of a master', () => {
  let root = ''
  beforeAll(() => {
    root = installRoot(sampleStack('master', '1.36').files)
  })
  afterAll(() => removeRoot(root))

  test('make systemd-sysusers create every user that a unit runs as', () => {
    expect(run('systemd-sysusers', [`--root=${root}`])).toMatchObject({ status: 0 })
    const users = readFileSync(join(root, '/etc/passwd'), 'utf8')
      .split('\n')
      .map((line) => line.split(':')[0])
    expect(users).toEqual(expect.arrayContaining(['etcd', 'kubernetes', 'easycerts']))
  })

  test('make systemd-tmpfiles create the directories of the PKI', () => {
    const created = run('systemd-tmpfiles', ['--create', `--root=${root}`])
    expect(created).toEqual({ status: 0, stdout: '', stderr: '' })
    const modeOf = (path: string) => (statSync(join(root, path)).mode & 0o7777).toString(8)
    expect(modeOf('/etc/kubernetes/pki/etcd')).toBe('755')
    expect(modeOf('/var/lib/kubelet')).toBe('750')
    expect(modeOf('/opt/cni/bin')).toBe('755')
  })
})

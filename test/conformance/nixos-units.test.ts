import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeStack } from '@easycerts/units/stack'
import { describeWith } from '../support/needed-tool.ts'
import { installRoot, removeRoot } from '../support/units/installed-root.ts'
import { NIXOS_ROLES, type NixosRole, nixosStackOf } from '../support/units/nixos-samples.ts'

const UNITS = '/etc/systemd/system/'
const ROLES = Object.keys(NIXOS_ROLES) as NixosRole[]

/** The highest exposure of each, times ten. */
const THRESHOLDS: Readonly<Record<string, number>> = {
  'etcd.service': 14,
  'kube-apiserver.service': 19,
  'kube-controller-manager.service': 19,
  'kube-scheduler.service': 19,
  'kube-addon-manager.service': 19,
  'kube-proxy.service': 35,
  'flannel.service': 27,
  'kubelet.service': 93,
}

const unitsOf = ({ files }: NodeStack): string[] =>
  files.filter(({ path }) => path.startsWith(UNITS)).map(({ path }) => path.slice(UNITS.length))

const run = (program: string, args: readonly string[], options: object = {}) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options })
  return { status, stdout, stderr }
}

describeWith('systemd-analyze', 'systemd judges the nixos units', () => {
  describe.each(['eventual', 'online-targets', 'verbatim'] as const)('of the form %s', (form) => {
    test.each(ROLES)('for %s and says nothing against them', (role) => {
      const request = role === 'node' ? {} : { caServer: { sealedKeys: true } }
      const stack = nixosStackOf({ role, form, request })
      const root = installRoot(stack.files)
      const verdict = run('systemd-analyze', [
        ...['verify', '--man=no', `--root=${root}`],
        ...unitsOf(stack),
      ])
      removeRoot(root)
      expect(verdict).toEqual({ status: 0, stdout: '', stderr: '' })
    })
  })

  test('and finds no component more exposed than those of today', () => {
    const root = installRoot(nixosStackOf({ form: 'online-targets' }).files)
    const judge = (unit: string, threshold: number) =>
      run('systemd-analyze', [
        ...['security', '--offline=yes', '--no-pager', `--root=${root}`],
        ...[`--threshold=${threshold}`, unit],
      ]).status
    const exposed = Object.entries(THRESHOLDS).filter(([unit, limit]) => judge(unit, limit) !== 0)
    expect(judge('docker.service', 50)).toBe(1)
    removeRoot(root)
    expect(exposed).toEqual([])
  })

  test('with containerd and flannel in etcd, and says nothing against them', () => {
    const etcd = { caFile: '/c.pem', certFile: '/f.pem', keyFile: '/k.pem' }
    const stack = nixosStackOf({
      form: 'online-targets',
      nixos: { flannel: { storageBackend: 'etcd', etcd } },
      more: { containerRuntime: { name: 'containerd' } },
    })
    const root = installRoot(stack.files)
    const units = unitsOf(stack)
    const verdict = run('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...units])
    removeRoot(root)
    expect(verdict).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})

describeWith('bash', 'the scripts of the nixos flavour', () => {
  const scriptsOf = ({ files }: NodeStack) =>
    files.filter(({ path }) => path.startsWith('/etc/kubernetes/scripts/'))

  test.each(['eventual', 'online-targets'] as const)('are right to bash and sh in %s', (form) => {
    const scripts = ROLES.flatMap((role) => scriptsOf(nixosStackOf({ role, form })))
    expect(scripts.length).toBeGreaterThan(5)
    for (const { path, content } of scripts)
      for (const shell of ['bash', 'sh'])
        expect([path, run(shell, ['-n'], { input: content }).stderr]).toEqual([path, ''])
  })

  test('are all right verbatim as well, but for the one that NixOS shipped broken', () => {
    const broken = scriptsOf(nixosStackOf({ form: 'verbatim' }))
      .filter(({ content }) => run('bash', ['-n'], { input: content }).status !== 0)
      .map(({ path }) => path)
    expect(broken).toEqual(['/etc/kubernetes/scripts/kube-control-plane-online-pre-start'])
  })

  describe('run for what they do:', () => {
    let root = ''
    const at = (path: string): string => join(root, path)
    /** The script with its paths moved below the root. */
    const runScript = (name: string, args: readonly string[] = [], form = 'online-targets') => {
      const stack = nixosStackOf({ form: form as 'online-targets' })
      const file = scriptsOf(stack).find(({ path }) => path.endsWith(`/${name}`))
      if (!file) throw new Error(`no script ${name}`)
      const text = file.content
        .replaceAll('/opt/cni/bin', at('opt'))
        .replaceAll('/usr/lib/cni', at('cni'))
        .replaceAll('/run/flannel', at('flannel'))
      const env = { PATH: `${at('bin')}:/usr/bin:/bin`, ROOT: root }
      return run('sh', ['-s', '--', ...args], { input: text, env })
    }
    const program = (name: string, lines: string): void => {
      writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${lines}\n`)
      chmodSync(at(`bin/${name}`), 0o755)
    }
    /** What systemd says of docker, as `systemctl show --value` prints it. */
    const dockerStarted = (time: string): void =>
      program(
        'systemctl',
        `case "$*" in *Timestamp*) echo "${time}" ;; *mk-docker*) echo inactive ;; restart*) echo "$*" >>"$ROOT/calls" ;; *) echo active ;; esac`,
      )
    const calls = (): string => {
      try {
        return readFileSync(at('calls'), 'utf8')
      } catch {
        return ''
      }
    }

    beforeAll(() => {
      root = installRoot([])
      for (const name of ['bin', 'opt', 'cni', 'flannel']) mkdirSync(at(name))
    })
    afterAll(() => removeRoot(root))

    test('the kubelet links its plug-ins and leaves those of others alone', () => {
      writeFileSync(at('cni/bridge'), 'ours')
      writeFileSync(at('cni/host-local'), 'ours')
      writeFileSync(at('opt/host-local'), 'theirs')
      writeFileSync(at('opt/calico'), 'theirs')
      const started = runScript('kubelet-pre-start')
      expect(started).toEqual({ status: 0, stdout: '', stderr: '' })
      const found = ['bridge', 'host-local', 'calico'].map((name) =>
        readFileSync(at(`opt/${name}`), 'utf8'),
      )
      expect(found).toEqual(['ours', 'theirs', 'theirs'])
    })

    test('a wait ends with what it waits for, or says at its limit what was missing', () => {
      program('flaky', 'echo x >>"$ROOT/tries"; [ "$(wc -l <"$ROOT/tries")" -ge 3 ]')
      expect(runScript('wait-until', ['5', '0', 'it', 'flaky'])).toMatchObject({ status: 0 })
      program('never', 'echo refused >&2; exit 7')
      const late = runScript('wait-until', ['0', '0', 'the control plane', 'never'])
      expect(late).toMatchObject({ status: 1 })
      expect(late.stderr).toBe('the control plane: not within 0 s (exit status 7): refused\n')
    })

    test('docker must have started after flannel wrote its file', () => {
      const check = () => runScript('docker-is-newer-than-flannel').status
      dockerStarted('Thu 2026-01-01 00:00:00 UTC')
      expect(check()).toBe(1)
      writeFileSync(at('flannel/docker'), 'DOCKER_OPTS=')
      expect(check()).toBe(1)
      dockerStarted('Fri 2099-01-02 00:00:00 UTC')
      expect(check()).toBe(0)
      dockerStarted('')
      expect(check()).toBe(1)
    })

    test('docker is restarted for a subnet that changed, and not for one that did not', () => {
      program('mk-docker-opts', 'echo "DOCKER_OPTS=$SUBNET" >"$2"')
      dockerStarted('Thu 2026-01-01 00:00:00 UTC')
      expect(runScript('mk-docker-opts')).toMatchObject({ status: 0, stderr: '' })
      expect(calls()).toBe('restart docker.service\n')
      dockerStarted('Fri 2099-01-02 00:00:00 UTC')
      expect(runScript('mk-docker-opts')).toMatchObject({ status: 0, stderr: '' })
      expect(calls()).toBe('restart docker.service\n')
    })

    test('only units that were held back are started, not those that somebody stopped', () => {
      program(
        'systemctl',
        [
          'for unit; do :; done',
          '[ "$1" = start ] && { echo "$unit" >>"$ROOT/started"; exit; }',
          'case $unit in',
          'etcd.service) echo ActiveState=inactive; echo ConditionResult=no; echo ConditionTimestampMonotonic=9 ;;',
          'kubelet.service) echo ActiveState=inactive; echo ConditionResult=yes; echo ConditionTimestampMonotonic=9 ;;',
          'kube-proxy.service) echo ActiveState=inactive; echo ConditionResult=no; echo ConditionTimestampMonotonic=0 ;;',
          '*) echo ActiveState=active; echo ConditionResult=no; echo ConditionTimestampMonotonic=9 ;;',
          'esac',
        ].join('\n'),
      )
      expect(runScript('start-held-units')).toMatchObject({ status: 0, stderr: '' })
      expect(readFileSync(at('started'), 'utf8')).toBe('etcd.service\n')
    })
  })
})

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describedStack, exampleText, verifyUnits } from '../support/units/described-stack.ts'
import { fileOf } from '../support/units/sample-stacks.ts'
import { describeWith } from '../support/needed-tool.ts'

const description = (kubeletWrapper: object) => ({
  name: 'attic',
  flavour: 'kubelet-wrapper',
  masterAddress: 'controller.example',
  nodes: [{ name: 'worker-1', roles: ['node'], addresses: ['10.0.0.2'] }],
  kubeletWrapper,
})

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env })
  return { status, stdout, stderr }
}

describeWith('systemd-analyze', 'systemd', () => {
  it.each([
    ['controller', false],
    ['controller', true],
    ['worker-1', false],
  ])('says nothing against the units of %s (verbatim: %s)', (node, verbatim) => {
    const stack = describedStack(exampleText('kubelet-wrapper'), node, { verbatim })
    const units = stack.files.filter(({ path }) => path.endsWith('.service'))
    expect(verifyUnits(units, ['docker.service'])).toEqual({ status: 0, output: '' })
  })

  it('reads RKT_RUN_ARGS into the words that were meant, whatever they are', () => {
    const word = fc
      .array(
        fc.constantFrom(...['"', "'", '\\', '%', '$', '${A}', '*', '=', '--volume', 'a', ';', '#']),
        { minLength: 1, maxLength: 8 },
      )
      .map((parts) => parts.join(''))
    const words = fc.sample(word, { numRuns: 100, seed: 252 })
    const stack = describedStack(description({ hostDns: true, rktRunArguments: words }), 'worker-1')
    const folder = mkdtempSync(join(tmpdir(), 'easycerts-rkt-'))
    try {
      const path = join(folder, 'kubelet.service')
      const unit = fileOf(stack, 'kubelet.service').replaceAll(
        '/usr/lib/coreos/kubelet-wrapper',
        '/bin/true',
      )
      writeFileSync(path, unit.replaceAll('/usr/bin/rkt', '/bin/true'))
      const { stdout, stderr } = run('systemd-analyze', ['verify', '--man=no', path], {
        ...process.env,
        SYSTEMD_LOG_LEVEL: 'debug',
      })
      const shown = /Environment: RKT_RUN_ARGS=(.*)/.exec(stdout + stderr)?.[1] ?? ''
      expect(shown.split(/[ \t]+/)).toEqual([
        '--volume=resolv,kind=host,source=/etc/resolv.conf',
        ...['--mount', 'volume=resolv,target=/etc/resolv.conf'],
        ...words,
        '--uuid-file-save=/var/run/kubelet-pod.uuid',
      ])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the wrapper that is put into /opt/bin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-wrapper-'))
  const wrapper = join(folder, 'kubelet-wrapper')

  beforeAll(() => {
    const options = { coreosVersion: '899.17.0', rktVersion: '0.15.0' }
    const stack = describedStack(description(options), 'worker-1')
    writeFileSync(wrapper, fileOf(stack, '/opt/bin/kubelet-wrapper'))
    for (const program of ['rkt', 'mkdir'])
      writeFileSync(join(folder, program), '#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\n')
    for (const program of ['rkt', 'mkdir', 'kubelet-wrapper'])
      chmodSync(join(folder, program), 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const wrap = (variables: Record<string, string>, args: readonly string[] = ['--v=2']) => {
    const path = `${folder}:${process.env['PATH'] ?? ''}`
    const { status, stdout, stderr } = run(wrapper, args, {
      PATH: path,
      RKT: join(folder, 'rkt'),
      ...variables,
    })
    const lines = stdout.split('\n').slice(0, -1)
    return {
      status,
      stderr,
      rkt: lines.slice(lines.indexOf('rkt') + 1),
      made: lines.slice(1, lines.indexOf('rkt')),
    }
  }
  const afterVolumes = (words: readonly string[]) =>
    words.slice(words.lastIndexOf('volume=coreos-etc-machine-id,target=/etc/machine-id') + 1)

  it('is bash', () => {
    expect(run('bash', ['-n', wrapper])).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('runs the image of a tag, trusting quay.io’s keys, with the flags of the kubelet last', () => {
    const { status, rkt, made } = wrap({ KUBELET_IMAGE_TAG: 'v1.5.4_coreos.0' }, [
      '--a=b c',
      '--d=*',
    ])
    expect(status).toBe(0)
    expect(rkt.slice(0, 2)).toEqual(['run', '--trust-keys-from-https'])
    expect(afterVolumes(rkt)).toEqual([
      '--stage1-from-dir=stage1-fly.aci',
      'quay.io/coreos/hyperkube:v1.5.4_coreos.0',
      ...['--exec=/kubelet', '--', '--a=b c', '--d=*'],
    ])
    expect(made).toEqual([
      '-p',
      '/etc/kubernetes',
      '/var/lib/docker',
      '/var/lib/kubelet',
      '/run/kubelet',
    ])
  })

  it('mounts what the kubelet needs of the host, and each volume once', () => {
    const { rkt } = wrap({ KUBELET_IMAGE_TAG: 'x' })
    const volumes = rkt.filter((_, index) => rkt[index - 1] === '--volume')
    const mounts = rkt.filter((_, index) => rkt[index - 1] === '--mount')
    expect(volumes).toHaveLength(10)
    expect(volumes).toContain(
      'coreos-var-lib-kubelet,kind=host,source=/var/lib/kubelet,readOnly=false,recursive=true',
    )
    expect(volumes).toContain('coreos-etc-ssl-certs,kind=host,source=/etc/ssl/certs,readOnly=true')
    expect(mounts).toContain('volume=coreos-os-release,target=/etc/os-release')
    expect(mounts.map((mount) => mount.split(/[=,]/)[1])).toEqual(
      volumes.map((volume) => volume.split(',')[0]),
    )
  })

  it('splits RKT_RUN_ARGS at white space, and takes no star for a pattern', () => {
    const { rkt } = wrap({
      KUBELET_IMAGE_TAG: 'x',
      RKT_RUN_ARGS: '--a \t /*\n--b="c',
      RKT_OPTS: '--old',
    })
    expect(rkt.slice(0, 6)).toEqual([
      'run',
      '--a',
      '/*',
      '--b="c',
      '--old',
      '--trust-keys-from-https',
    ])
  })

  it.each([
    [{ KUBELET_IMAGE: 'mirror.example/h:v1' }, 'mirror.example/h:v1', undefined],
    [
      { KUBELET_IMAGE: 'docker://m/h:v1', KUBELET_IMAGE_TAG: 'v2' },
      'docker://m/h:v1',
      '--insecure-options=image',
    ],
    [
      { KUBELET_IMAGE_TAG: 'v1', KUBELET_IMAGE_URL: 'docker://quay.io/coreos/hyperkube' },
      'docker://quay.io/coreos/hyperkube:v1',
      '--insecure-options=image',
    ],
    [
      { KUBELET_VERSION: 'v1', KUBELET_ACI: 'quay.io/a/b' },
      'quay.io/a/b:v1',
      '--trust-keys-from-https',
    ],
  ])('%j runs %s', (variables, image, option) => {
    const { rkt } = wrap(variables)
    expect(afterVolumes(rkt)[1]).toBe(image)
    expect(rkt[1]).toBe(option ?? '--volume')
  })

  it('says which variables are old', () => {
    expect(wrap({ KUBELET_VERSION: 'v1' }).stderr).toContain('set KUBELET_IMAGE_TAG')
  })

  it('lets rkt, its stage 1 and its arguments be others', () => {
    const { rkt } = wrap({
      KUBELET_IMAGE_TAG: 'x',
      RKT_GLOBAL_ARGS: '--dir=/a --debug',
      RKT_STAGE1_ARG: '--stage1-path=/s',
      KUBELET_IMAGE_ARGS: '--exec=/hyperkube --',
    })
    expect(rkt.slice(0, 3)).toEqual(['--dir=/a', '--debug', 'run'])
    expect(afterVolumes(rkt)).toEqual([
      '--stage1-path=/s',
      'quay.io/coreos/hyperkube:x',
      '--exec=/hyperkube',
      '--',
      '--',
      '--v=2',
    ])
  })

  it('does nothing without an image', () => {
    const { status, stderr, rkt } = wrap({ KUBELET_IMAGE_URL: 'quay.io/a' })
    expect([status, rkt]).toEqual([1, []])
    expect(stderr).toContain('one of KUBELET_IMAGE and KUBELET_IMAGE_TAG must be set')
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { layoutOf } from '@easycerts/shared/layout'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needed-tool.ts'
import { openssl } from '../support/openssl.ts'
import { runInProcess } from '../support/run-in-process.ts'
import { evaluateHost, PROGRAMS } from '../support/nix/evaluate-module.ts'

/** The subject that cfssl makes of caSpec: a CN within its names is none to it. */
const NIXOS_CA = '/L=auto-generated/O=NixOS/OU=services.kubernetes.pki.caSpec'

const binary = (program: string): string =>
  fileURLToPath(new URL(`../../apps/${program}/bin/${program}.js`, import.meta.url))

/** Nobody resolves this name, so that nodes reach the CA by its further address. */
const CLUSTER = {
  kubernetes: { masterAddress: 'master.invalid', apiserver: { extraSANs: ['api.lab.example'] } },
  easycerts: { cfsslAPIExtraSANs: ['127.0.0.1'] },
}

describeWith('nix-instantiate', 'the scripts of the NixOS module', () => {
  const master = evaluateHost('master', CLUSTER)
  const worker = evaluateHost('worker', CLUSTER)
  const { services } = master.config.systemd
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-nix-'))
  const at = (path: string) => join(folder, path)
  const calls = (): string[] => readFileSync(at('systemctl.log'), 'utf8').trim().split('\n')
  let ca: CaServerProcess

  const program = (name: string, text: string) =>
    writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 })

  /** A script as NixOS runs it, in this folder instead of the system's. */
  const run = (script: string, options: { input?: string; args?: readonly string[] } = {}) => {
    const text = script
      .replaceAll(PROGRAMS, at('bin'))
      .replaceAll('/etc/easycerts/cluster.yaml', at('cluster.yaml'))
      .replaceAll('/var/lib/', at('var/lib/'))
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` }
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-e', '-c', text, 'script', ...(options.args ?? [])],
      { encoding: 'utf8', env, input: options.input ?? '' },
    )
    return { status, stdout, stderr }
  }

  beforeAll(async () => {
    const [joinPort, nodePort] = [await freePort(), await freePort()]
    for (const path of ['bin', 'var/lib/easycerts', 'master', 'worker'])
      mkdirSync(at(path), { recursive: true })
    writeFileSync(at('cluster.yaml'), JSON.stringify(master.description))
    const local = `--listen 127.0.0.1 --join-port ${joinPort} --node-port ${nodePort} --public-port 0`
    program(
      'ca-server',
      [
        'case $1 in',
        `init) set -- "$@" ${local} --insecure-plaintext-keys ;;`,
        'esac',
        `exec ${process.execPath} ${binary('ca-server')} --data-directory "\${CA_DIRECTORY:-${at('var/lib/easycerts-ca')}}" "$@"`,
      ].join('\n'),
    )
    program(
      'node-join',
      `exec ${process.execPath} ${binary('node-join')} --root "\${ROOT_OF_NODE:-${at('master')}}" "$@"`,
    )
    program('systemctl', `echo "$*" >> ${at('systemctl.log')}`)
    program('chown', 'exit 0')
    program('id', 'echo 0')
    const made = run(services['ca-server-init']?.script ?? '')
    expect(made.status, made.stderr).toBe(0)
    ca = await startCaServer({
      directory: at('var/lib/easycerts-ca'),
      ports: { joinPort, nodePort },
    })
  }, 60_000)
  afterAll(async () => {
    await ca.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('make a CA once, and leave one that is there', () => {
    const before = readFileSync(at('var/lib/easycerts-ca/ca-server.yaml'))
    expect(run(services['ca-server-init']?.script ?? '').status).toBe(0)
    expect(readFileSync(at('var/lib/easycerts-ca/ca-server.yaml'))).toEqual(before)
  })

  it('take over the CA that easyCerts has made, and make none where there is to be one', async () => {
    const waiting = evaluateHost('master', { ...CLUSTER, easycerts: { genCfsslCACert: false } })
    const script = waiting.config.systemd.services['ca-server-init']?.script ?? ''
    const directory = at('var/lib/second-ca')
    const second = script.replaceAll('/var/lib/easycerts-ca', '/var/lib/second-ca')
    const inSecond = `export CA_DIRECTORY=/var/lib/second-ca\n${second}`
    expect(run(inSecond)).toMatchObject({ status: 75 })

    mkdirSync(at('var/lib/cfssl'))
    const own = ['-keyout', at('var/lib/cfssl/ca-key.pem'), '-out', at('var/lib/cfssl/ca.pem')]
    const form = ['-newkey', 'rsa:2048', '-nodes', '-days', '1825', '-subj', NIXOS_CA]
    expect(openssl(['req', '-x509', ...form, ...own]).exitCode).toBe(0)
    const made = run(inSecond)
    expect(made.status, made.stderr).toBe(0)
    const words = ['--output', 'json', '--data-directory', directory, 'check-expiration']
    const listed = await runInProcess(words)
    expect(listed.stderr).toBe('')
    const { items } = JSON.parse(listed.stdout) as {
      items: { profile: string; serialNumber: string }[]
    }
    const { serialNumber } = new X509Certificate(readFileSync(at('var/lib/cfssl/ca.pem')))
    const issuer = items.find(({ profile }) => profile === 'cluster')
    expect(issuer?.serialNumber).toBe(serialNumber.toLowerCase())
  })

  it('join the host of the CA by a ticket of its own, which is gone then', () => {
    const joined = run(services['easycerts-own-ticket']?.script ?? '')
    expect(joined.status, joined.stderr).toBe(0)
    expect(calls()).toEqual(['start certmgr.service'])
    expect(() => readFileSync(at('var/lib/easycerts/own-ticket'))).toThrow('ENOENT')
    const kubelet = layoutOf('nixos').certificates.find(
      ({ profile }) => profile === 'kubelet-client',
    )!
    const { subject } = new X509Certificate(readFileSync(join(at('master'), kubelet.certificate)))
    expect(subject).toBe('O=system:nodes\nCN=system:node:master')
  })

  it('join a worker by the command that people know, and restart what reads its certificates', async () => {
    const words = ['--node', 'worker-1', '--role', 'worker', '--address', '192.0.2.11']
    const { stdout } = await ca.ca(['ticket', 'create', ...words])
    const { ticket } = JSON.parse(stdout) as { ticket: string }
    const [command] = worker.config.environment.systemPackages.filter(
      (each) => typeof each !== 'string',
    )
    const text = `export ROOT_OF_NODE=${at('worker')}\n${command?.text ?? ''}`
    writeFileSync(at('systemctl.log'), '')
    expect(run(text, { args: [ticket] })).toMatchObject({ status: 1, stdout: '' })
    const joined = run(text, { input: ticket })
    expect(joined.status, joined.stderr).toBe(0)
    expect(joined.stderr).toContain('Node joined successfully')
    expect(calls()).toEqual([
      'restart certmgr',
      'restart kubelet',
      'restart kube-proxy',
      'restart flannel',
    ])
  })
})

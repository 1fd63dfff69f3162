import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, seconds } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import {
  certificateSpec,
  joinedNode,
  type TestNode,
  trustSpec,
} from '../../support/certmgr/test-node.ts'
import { recordingProgram } from '../../support/recording-program.ts'

const specFile = ({ root }: TestNode, name: string): string =>
  join(root, NODE_PATHS.specDirectory, `${name}.yaml`)

const variablesIn = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line) && !/^(PWD|SHLVL|OLDPWD)=/.test(line))

describe('a command after a change', () => {
  it('is told what changed, and nothing of certmgr’s own environment', async () => {
    const { path } = recordingProgram('env | sort > "$1"')
    const told = (name: string) => `${path}-${name}`
    const run = (name: string) => [{ command: [path, told(name)] }]
    const node = await joinedNode([
      certificateSpec('kubelet-client', {
        actions: { leaf: run('leaf'), key: run('key') },
        rotation: 'keep',
      }),
      trustSpec('client-ca', { bundle: run('bundle') }),
    ])
    const { pass } = await node.start()
    await pass()
    node.time.advance(hours(20))
    await pass()
    const fixed = [
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
    ]
    const ofCertificate = (type: string) => [
      'CERTMGR_CA_PATH=',
      `CERTMGR_CERT_PATH=${node.root}/pki/kubelet-client.crt`,
      `CERTMGR_CHANGE_TYPE=${type}`,
      `CERTMGR_KEY_PATH=${node.root}/pki/kubelet-client.key`,
      `CERTMGR_SPEC_PATH=${specFile(node, 'kubelet-client')}`,
      ...fixed,
    ]
    expect(variablesIn(told('key'))).toEqual(ofCertificate('key'))
    expect(variablesIn(told('leaf'))).toEqual(ofCertificate('leaf'))
    expect(variablesIn(told('bundle'))).toEqual([
      `CERTMGR_CA_PATH=${node.root}/pki/client-ca.crt`,
      'CERTMGR_CERT_PATH=',
      'CERTMGR_CHANGE_TYPE=bundle',
      'CERTMGR_KEY_PATH=',
      `CERTMGR_SPEC_PATH=${specFile(node, 'trust-client-ca')}`,
      ...fixed,
    ])
  })

  it('runs for each certificate by itself, for it is told of one', async () => {
    const { path, calls } = recordingProgram()
    const actions = { leaf: [{ command: [path, 'renewed'] }] }
    const node = await joinedNode([
      certificateSpec('kubelet-client', { actions }),
      certificateSpec('kubelet-serving', { actions }),
    ])
    const { pass } = await node.start()
    await pass()
    expect(calls()).toEqual(['renewed', 'renewed'])
  })

  it('that failed is run again with what it was told, even after certmgr was killed', async () => {
    const { path, calls } = recordingProgram('echo "$CERTMGR_CERT_PATH" >> "$0.told"; exit 1')
    const actions = { leaf: [{ command: [path, 'renewed'] }] }
    const node = await joinedNode([certificateSpec('kubelet-client', { actions })])
    const { pass } = await node.start()
    await pass()
    await pass()
    expect(calls()).toHaveLength(1)
    node.time.advance(seconds(1))
    await pass()
    const second = await node.start()
    await second.pass()
    const certificate = `${node.root}/pki/kubelet-client.crt`
    expect(readFileSync(`${path}.told`, 'utf8')).toBe(`${certificate}\n`.repeat(3))
  })

  it('that runs for ever is stopped, and has failed', async () => {
    const { path } = recordingProgram('sleep 60')
    const actions = { leaf: [{ command: [path, 'renewed'] }] }
    const node = await joinedNode([certificateSpec('kubelet-client', { actions })])
    const config = node.read(NODE_PATHS.certmgrConfig)
    node.write(NODE_PATHS.certmgrConfig, `${config}actionTimeout: 1s\n`)
    const { context, pass } = await node.start()
    await pass()
    const [pending] = context.ledger.current()
    expect(pending?.attempts?.lastFailure.code).toBe('ERR_ACTION_TIMEOUT')
  })
})

describe('the actions of a pass', () => {
  it('come in the order etcd, kube-apiserver, the rest', async () => {
    const restart = (unit: string) => ({ bundle: [{ restart: unit }] })
    const node = await joinedNode([
      trustSpec('client-ca', restart('kubelet')),
      trustSpec('etcd-client', restart('kube-apiserver.service')),
      trustSpec('etcd-peer', { bundle: [{ reload: 'etcd', onlyIfRunning: false }] }),
    ])
    const { pass } = await node.start()
    await pass()
    expect(node.actions()).toEqual([
      'reload etcd.service',
      'try-restart kube-apiserver.service',
      'try-restart kubelet.service',
    ])
  })

  it('reach other service managers in their own words', async () => {
    const actions = { leaf: [{ restart: 'kubelet.service' }] }
    const node = await joinedNode([certificateSpec('kubelet-client', { actions })])
    const { path, calls } = recordingProgram()
    node.write(
      NODE_PATHS.certmgrConfig,
      stringify({ serviceManager: { kind: 'openrc', program: [path] } }),
    )
    const { pass } = await node.start()
    await pass()
    expect(calls()).toEqual(['kubelet status', 'kubelet restart'])
    expect(node.actions()).toEqual([])
  })

  it('include hooks, which are posted to again until they take it', async () => {
    const bodies: unknown[] = []
    const server = createServer((request, reply) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        bodies.push(JSON.parse(text))
        reply.writeHead(bodies.length === 1 ? 503 : 200).end()
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const http = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const node = await joinedNode([
      certificateSpec('kubelet-client', { actions: { leaf: [{ http }] } }),
    ])
    const { pass, context } = await node.start()
    await pass()
    node.time.advance(seconds(1))
    await pass()
    expect(bodies).toEqual(
      Array(2).fill({
        type: 'key',
        spec: specFile(node, 'kubelet-client'),
        certificate: `${node.root}/pki/kubelet-client.crt`,
        key: `${node.root}/pki/kubelet-client.key`,
      }),
    )
    expect(context.ledger.current()).toEqual([])
  })

  it('include signals, which a process that does not run needs not', async () => {
    const signal = (onlyIfRunning: boolean) => [
      { signal: 'SIGHUP', pidFile: '/run/haproxy.pid', onlyIfRunning },
    ]
    const node = await joinedNode([
      certificateSpec('kubelet-client', { actions: { leaf: signal(true) } }),
      trustSpec('client-ca', { bundle: signal(false) }),
    ])
    const { pass, context } = await node.start()
    await pass()
    const pending = context.ledger.current()
    expect(pending.map(({ set, attempts }) => [set, attempts?.lastFailure.code])).toEqual([
      ['trust-bundles', 'ERR_ACTION_FAILED'],
    ])
  })
})

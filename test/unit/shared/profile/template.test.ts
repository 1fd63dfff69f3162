import { describe, expect, it } from 'vitest'
import { expandHosts, expandTemplate } from '@easycerts/shared/profile'
import { factsOf } from '../../../support/requesters.ts'
import { CLUSTER, WORKER } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const facts = factsOf(WORKER)

describe('expandTemplate', () => {
  it.each([
    ['kube-proxy', ['kube-proxy']],
    ['{node.name}', ['worker-1']],
    ['system:node:{node.name}', ['system:node:worker-1']],
    ['{node.hosts}', ['worker-1.lab.example', '192.0.2.21']],
    ['{cluster.name}', ['lab']],
    ['kubernetes.default.svc.{cluster.domain}', ['kubernetes.default.svc.cluster.local']],
    ['{cluster.apiserverHost}', ['api.lab.example']],
    ['{cluster.apiserverServiceAddress}', ['10.96.0.1']],
    ['{caServer.hosts}', ['ca.lab.example', '192.0.2.1']],
    ['{request.user}', ['kubernetes-admin']],
    ['{request.groups}', ['system:masters', 'lab:operators']],
  ])('%s gives %j', (template, texts) => {
    expect(expandTemplate(template, facts)).toEqual(texts)
  })

  it.each([
    ['https://192.0.2.1:6443', '192.0.2.1'],
    ['https://[2001:db8::1]:6443', '2001:db8::1'],
    ['https://api', 'api'],
  ])('takes the host out of %s', (apiserver, host) => {
    const cluster = { ...CLUSTER, apiserver }
    expect(expandTemplate('{cluster.apiserverHost}', { cluster })).toEqual([host])
  })

  it('puts a text in as it is, whatever it means to String.replace', () => {
    const cluster = { ...CLUSTER, name: "$&$1$$$'" }
    expect(expandTemplate('a-{cluster.name}-b', { cluster })).toEqual(["a-$&$1$$$'-b"])
  })

  it.each(['{node.name}', '{node.hosts}', '{caServer.hosts}', '{request.user}'])(
    'refuses %s where there is none',
    (template) => {
      expect(codeOf(() => expandTemplate(template, { cluster: CLUSTER }))).toBe(
        'ERR_PROFILE_NOT_PERMITTED',
      )
    },
  )

  it.each([
    '{node.role}',
    '{node}',
    '{toString}',
    '{constructor}',
    '{}',
    '{node_name}',
    '{node.name',
    'node.name}',
    '{node.name}{node.name}',
    '{{node.name}}',
  ])('refuses %s, which means nothing, rather than to certify it', (template) => {
    expect(codeOf(() => expandTemplate(template, facts))).toBe('ERR_PROFILE_NOT_PERMITTED')
  })
})

describe('expandHosts', () => {
  it('tells names from addresses', () => {
    expect(expandHosts(['{node.name}', '{node.hosts}', '::1'], facts)).toEqual([
      { kind: 'dns', value: 'worker-1' },
      { kind: 'dns', value: 'worker-1.lab.example' },
      { kind: 'ip', value: '192.0.2.21' },
      { kind: 'ip', value: '::1' },
    ])
  })

  it('refuses what is no host', () => {
    expect(codeOf(() => expandHosts(['system:node:{node.name}'], facts))).toBe('ERR_NAME_INVALID')
  })
})

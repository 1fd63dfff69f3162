import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import { days, hours } from '@easycerts/shared/time'
import { stringify } from 'yaml'
import {
  changesBetween,
  formatCaServerConfig,
  parseCaServerConfig,
  printedConfig,
} from '../../../apps/ca-server/src/config/index.ts'
import { TEST_CONFIG } from '../../support/test-authority.ts'

const FILE = '/ca/ca-server.yaml'
const BASE = formatCaServerConfig(TEST_CONFIG)
const BASE_LINES = BASE.split('\n').length - 1

const parse = (more = '') => parseCaServerConfig(FILE, BASE + more)

/** Each fault as 'line:column path: text', the line counted from the end of the base. */
const faultsOf = (more: string, base = BASE): string[] => {
  try {
    parseCaServerConfig(FILE, base + more)
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_CONFIG_INVALID') throw error
    return error.message.split('\n').map((fault) => {
      const [, line, rest] = /^\/ca\/ca-server\.yaml:(\d+):(.*)$/.exec(fault) ?? []
      return `${Number(line) - BASE_LINES}:${rest ?? fault}`
    })
  }
  return []
}

const profileOf = (more: string, name: string) =>
  parse(more).profiles.find((profile) => profile.name === name)

describe('the faults of ca-server.yaml', () => {
  it('are told all at once, each with its line and column', () => {
    const more = `profileSets: [kubernetes, debian]
colour: red
profiles:
  - name: vpn
    usage: client
    commonName: '{node.nmae}'
    roles: [worker]
  - name: vpn
    usage: server
    commonName: vpn
    roles: [worker]
  - name: Upper
    usage: peer
    commonName: x
  - name: boss
    usage: client
    commonName: boss
    organizations: ['system:masters', ok]
    requesters: [operator]
    life: 9999d
`
    expect(faultsOf(more)).toEqual([
      '1:27: profileSets.1: is not one of kubernetes, nixos, kubeasz',
      '2:1: colour: unknown key',
      expect.stringMatching(
        /^6:5: profiles\.0\.commonName: has the unknown placeholder \{node\.nmae\}; known are /,
      ),
      '8:5: profiles.1.name: stands here twice',
      '8:5: profiles.1.names: is empty, and a server is known by its names alone',
      '12:5: profiles.2.name: is not a profile name (lower case, digits and hyphens)',
      '18:21: profiles.3.organizations.0: gives "system:masters", and system: and easycerts: are for built-in profiles',
      '20:5: profiles.3.life: must be from 20s to 398d',
    ])
  })

  it('of profiles are told though another section is faulty', () => {
    const base = BASE.replace('joinPort: 7443', 'joinPort: 0')
    const more = 'profiles: [{ name: a, usage: client, commonName: "{x}", roles: [worker] }]\n'
    expect(faultsOf(more, base)).toHaveLength(2)
  })

  it('name two ports that are the same', () => {
    expect(faultsOf('', BASE.replace('nodePort: 7444', 'nodePort: 7443'))).toEqual([
      expect.stringContaining('listen.nodePort: must differ from joinPort'),
    ])
  })

  it.each([
    ['1.8', ['is not a Kubernetes version that nodes can have, such as 1.36']],
    ['1.37', ['is not a Kubernetes version that nodes can have, such as 1.36']],
    ['1.14', ['needs a description of the cluster']],
    ['0.19', ['needs a description of the cluster']],
    ['1.15', []],
  ])('say who can have Kubernetes %s', (version, faults) => {
    const found = faultsOf(
      '',
      BASE.replace(/kubernetesVersion: .*/, `kubernetesVersion: '${version}'`),
    )
    expect(found).toHaveLength(faults.length)
    for (const [index, fault] of faults.entries())
      expect(found[index]).toContain(`cluster.kubernetesVersion: ${fault}`)
  })

  it.each(['0.19', '1.5', '1.9', '1.14'])(
    'have nothing against nodes of Kubernetes %s that a description describes',
    (version) => {
      const release = BASE.replace(/kubernetesVersion: .*/, `kubernetesVersion: '${version}'`)
      const described = release.replace(/^cluster:/m, 'cluster:\n  description: /etc/c.yaml')
      expect(faultsOf('', described)).toEqual([])
    },
  )

  it('name a service range that has no address for cluster DNS', () => {
    expect(faultsOf('', BASE.replace('10.96.0.0/12', '10.96.0.0/30'))).toEqual([
      expect.stringContaining('cluster.serviceCidr: is not an address range of at least ten'),
    ])
  })

  const profile = (fields: string) => `profiles:\n  - { name: own, ${fields} }\n`
  it.each([
    [
      'a bad issuer',
      'issuer: enrolment, usage: client, commonName: a, roles: [worker]',
      'issuer: is not one of cluster, etcd',
    ],
    [
      'the front-proxy issuer',
      'issuer: front-proxy, usage: client, commonName: a, roles: [worker]',
      'issuer: is not one of',
    ],
    ['no common name', 'usage: client, roles: [worker]', 'commonName: is missing'],
    ['no usage', 'commonName: a, roles: [worker]', 'usage: is missing'],
    ['nobody who may ask', 'usage: client, commonName: a', 'roles: nobody may ask for it'],
    [
      'a node’s own requester',
      'usage: client, commonName: a, requesters: [node]',
      'requesters.0: is not one of',
    ],
    [
      'a subject of a node',
      "usage: client, commonName: 'system:node:{node.name}', roles: [worker]",
      'commonName: gives "system:node:node-1"',
    ],
    [
      'a subject that a node called system would get',
      "usage: client, commonName: '{node.name}:admin', roles: [worker]",
      'commonName: gives "system:admin"',
    ],
    [
      'a group of easycerts',
      "usage: client, commonName: a, organizations: ['easycerts:operator'], roles: [worker]",
      'organizations.0: gives',
    ],
    [
      'a list where a text belongs',
      "usage: client, commonName: '{node.hosts}', roles: [worker]",
      'commonName: has {node.hosts}, a list',
    ],
    [
      'an operator’s own words',
      "usage: client, commonName: '{request.user}', requesters: [operator]",
      'commonName: has the unknown placeholder {request.user}',
    ],
    ['a lone brace', "usage: client, commonName: 'a}', roles: [worker]", 'commonName: has a brace'],
    [
      'two placeholders',
      "usage: client, commonName: '{node.name}{node.name}', roles: [worker]",
      'commonName: has more than one',
    ],
    [
      'a name that is no host',
      "usage: server, commonName: a, names: ['vpn:{node.name}'], roles: [worker]",
      'names.0: gives what is neither',
    ],
    [
      'a wildcard',
      "usage: server, commonName: a, names: ['*.example.org'], roles: [worker]",
      'names.0: gives what is neither',
    ],
    [
      'a name of kube-apiserver for workers',
      'usage: server, commonName: a, names: [kubernetes.default.svc], roles: [worker]',
      'names.0: gives kubernetes.default.svc, a name of the CA',
    ],
    [
      'the address of the CA for a legacy key',
      'usage: server, commonName: a, names: [10.0.0.1], requesters: [legacy]',
      'names.0: gives 10.0.0.1, a name of the CA',
    ],
    [
      'a life of a second',
      'usage: client, commonName: a, roles: [worker], life: 1s',
      'life: must be from 20s to 398d',
    ],
    ['a life without a unit', 'usage: client, commonName: a, roles: [worker], life: 30', 'life: '],
    [
      'an unknown key algorithm',
      'usage: client, commonName: a, roles: [worker], keyAlgorithms: [rsa-1024]',
      'keyAlgorithms.0: is not one of',
    ],
    [
      'a common name too long',
      `usage: client, commonName: ${'a'.repeat(65)}, roles: [worker]`,
      'commonName: must give 1 to 64',
    ],
  ])('name %s', (_, fields, fault) => {
    const faults = faultsOf(profile(fields))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^2:\d+: profiles\.0\./)
    expect(faults[0]).toContain(`profiles.0.${fault}`)
  })

  it.each([
    [
      'another subject',
      'name: kubelet-client, commonName: me',
      'commonName: cannot be changed: kubelet-client is built in',
    ],
    ['other names', 'name: kube-apiserver, names: [a]', 'names: cannot be changed'],
    [
      'a life beyond that of operators',
      'name: operator, life: 24h',
      'life: must be from 20s to 12h',
    ],
    [
      'a life that has its own setting',
      'name: node-identity, life: 24h',
      'life: is set in lifetimes',
    ],
    [
      'a profile of a set that is not served',
      'name: nixos/kubelet, life: 24h',
      'name: is built in, but its set is not in profileSets',
    ],
    [
      'a name that only built-in ones have',
      'name: nixos/other, usage: client, commonName: a, roles: [worker]',
      'name: has a slash',
    ],
  ])('of a built-in profile: %s', (_, fields, fault) => {
    expect(faultsOf(`profiles: [{ ${fields} }]\n`)).toEqual([
      expect.stringContaining(`profiles.0.${fault}`),
    ])
  })
})

describe('the profiles in force', () => {
  it('follow the lifetimes of the file, unless they have a life of their own', () => {
    const more = `profiles:
  - { name: vpn, usage: client, commonName: 'vpn-{node.name}', roles: [worker] }
  - { name: short, usage: client, commonName: short, requesters: [operator], life: 1h }
  - { name: kube-proxy-client, life: 2d, keyAlgorithms: [ecdsa-p256], revocation: crl }
`
    expect(profileOf(more, 'vpn')).toMatchObject({
      life: days(30),
      isCustom: true,
      issuer: 'cluster',
    })
    expect(profileOf(more, 'short')?.life).toBe(hours(1))
    expect(profileOf(more, 'kube-proxy-client')).toMatchObject({
      life: days(2),
      keyAlgorithms: ['ecdsa-p256'],
      revocation: 'crl',
      commonName: 'system:kube-proxy',
    })
    expect(profileOf(more, 'kubelet-client')?.life).toBe(days(30))
  })

  it('are those of the chosen sets, beside what easycerts itself needs', () => {
    const names = (more: string) => parse(more).profiles.map(({ name }) => name)
    expect(names('profileSets: [nixos]\n')).toContain('nixos/kubelet')
    expect(names('profileSets: [nixos]\n')).toContain('node-identity')
    expect(names('profileSets: [nixos]\n')).not.toContain('kubelet-client')
    expect(names('')).not.toContain('nixos/kubelet')
  })

  it('may bear a name of kube-apiserver where only masters may ask', () => {
    const more = `profiles:
  - { name: front, usage: server, commonName: front, names: ['{cluster.apiserverHost}'], roles: [master] }
`
    expect(profileOf(more, 'front')?.names).toEqual(['{cluster.apiserverHost}'])
  })
})

describe('what config print shows', () => {
  const everything = `clock: { maxForwardJump: 5h }
retention: { expiredCertificates: 40d }
revocation: { crlLife: 12h }
profileSets: [kubernetes, nixos, kubeasz]
`

  it.each([
    ['the defaults', ''],
    ['settings of every kind', everything],
  ])('is a configuration that means the same: %s', (_, more) => {
    const config = parse(more)
    const printed = { ...printedConfig(config), profiles: [] }
    expect(parseCaServerConfig(FILE, stringify(printed))).toEqual(config)
  })
})

describe('the changes between two configurations', () => {
  const changes = (before: string, after: string) =>
    changesBetween(parse(before).settings, parse(after).settings).map(
      ({ path, needsRestart }) => `${path}${needsRestart ? ' !' : ''}`,
    )

  it('are none for the same settings', () => {
    expect(changes('', '')).toEqual([])
    expect(changes('profileSets: [kubernetes]\n', '# a comment\n')).toEqual([])
  })

  it('name each profile, and each setting that a reload cannot take over', () => {
    const vpn = (life: string) =>
      `profiles: [{ name: vpn, usage: client, commonName: a, roles: [worker], life: ${life} }]\n`
    expect(changes('', vpn('1h'))).toEqual(['profiles.vpn'])
    expect(changes(vpn('1h'), vpn('2h'))).toEqual(['profiles.vpn'])
    expect(
      changes('', 'limits: { ticket: { joinsPerMinute: 5 } }\nclock: { maxForwardJump: 3h }\n'),
    ).toEqual(['clock.maxForwardJump !', 'limits.ticket.joinsPerMinute'])
    expect(changes('', 'limits: { address: { connections: 5 } }\n')).toEqual([
      'limits.address.connections !',
    ])
  })

  it('say that a cluster is not renamed by a reload', () => {
    const other = formatCaServerConfig({
      ...TEST_CONFIG,
      cluster: { ...TEST_CONFIG.cluster, name: 'other' },
    })
    const after = parseCaServerConfig(FILE, other).settings
    expect(changesBetween(parse().settings, after)).toEqual([
      { path: 'cluster.name', needsRestart: true },
    ])
  })
})

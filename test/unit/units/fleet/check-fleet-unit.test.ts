import { checkFleetUnit } from '@easycerts/units/fleet'
import { describe, expect, it } from 'vitest'

const unit = (...lines: readonly string[]): string =>
  ['[Service]', 'ExecStart=/bin/true', '', '[X-Fleet]', ...lines, ''].join('\n')

describe('a unit that fleet takes', () => {
  it.each([
    ['is global on machines of some metadata', unit('Global=true', 'MachineMetadata=role=leader')],
    ['is global and conflicts', unit('Global=true', 'Conflicts=kube-apiserver.service')],
    ['follows a global unit', unit('MachineOf=kube-apiserver.service')],
    ['has quoted pairs on one line', unit('MachineMetadata="role=leader" "disk=ssd"')],
    [
      'has the keys from before 0.8',
      unit('X-ConditionMachineOf=a.service', 'X-Conflicts=b.service'),
    ],
    ['conflicts with others than its peer', unit('MachineOf=a.service', 'Conflicts=b*')],
    ['says that it is not global', unit('Global=false', 'MachineOf=a.service')],
    ['says so last', unit('Global=true', 'Global=no', 'MachineOf=a.service')],
    ['has a comment where a key would be', unit('# Bogus=1', '; Bogus=2', 'Global=true')],
    ['has no such section', '[Service]\nExecStart=/bin/true\n'],
  ])('%s', (_, text) => {
    expect(checkFleetUnit('kube-proxy.service', text)).toEqual([])
  })

  it.each(['a.service', 'a@b.service', 'A-1:2_3.timer', 'x\\x2dy.mount'])('may be %s', (name) => {
    expect(checkFleetUnit(name, unit())).toEqual([])
  })
})

describe('fleet refuses', () => {
  it.each([
    [['MachineID=abc', 'MachineOf=a.service'], 'MachineID cannot be used with MachineOf'],
    [['MachineID=abc', 'Conflicts=a.service'], 'MachineID cannot be used with Conflicts'],
    [['MachineID=abc', 'Global=true'], 'MachineID cannot be used with Global'],
    [['MachineID=abc', 'Replaces=a.service'], 'MachineID cannot be used with Replaces'],
    [['Global=true', 'MachineOf=a.service'], 'Global cannot be used with MachineOf'],
    [['Global=true', 'Replaces=a.service'], 'Global cannot be used with Replaces'],
    [['Conflicts=b.service', 'Replaces=a.service'], 'Conflicts cannot be used with Replaces'],
    [['MachineOf=a.service', 'Conflicts=a.*'], 'MachineOf=a.service is among its Conflicts'],
    [
      ['MachineOf=a.service', 'Replaces=[a-c].service'],
      'MachineOf=a.service is among what it Replaces',
    ],
    [['Globl=true'], 'unrecognized requirement in [X-Fleet]: Globl'],
    [['X-ConditionMachineBootID=abc', 'Global=on'], 'MachineID cannot be used with Global'],
    [['X-ConditionMachineID=abc', 'X-Conflicts=b'], 'MachineID cannot be used with Conflicts'],
    [['Global=T', 'X-ConditionMachineOf=a.service'], 'Global cannot be used with MachineOf'],
    [['MachineOf=%n', 'Conflicts=kube-*'], 'MachineOf=kube-proxy@1.service is among its Conflicts'],
    [
      ['MachineOf=%p-%i.service', 'Conflicts=kube-proxy-1.service'],
      'MachineOf=kube-proxy-1.service is among its Conflicts',
    ],
  ])('%j: %s', (lines, reason) => {
    expect(checkFleetUnit('kube-proxy@1.service', unit(...lines))).toEqual([reason])
  })

  it.each([
    ['', '"" is no name of a unit'],
    ['kube-proxy', '"kube-proxy" is no name of a unit'],
    ['kube-proxy.', '"kube-proxy." is no name of a unit'],
    ['kube-proxy.exe', '"kube-proxy.exe" is no name of a unit'],
    ['kube proxy.service', '"kube proxy.service" is no name of a unit'],
    ['../kube-proxy.service', '"../kube-proxy.service" is no name of a unit'],
    ['@a.service', '"@a.service" is no name of a unit'],
    ['a.service\n', '"a.service\n" is no name of a unit'],
    ['é.service', '"é.service" is no name of a unit'],
  ])('the name %j', (name, reason) => {
    expect(checkFleetUnit(name, unit())).toEqual([reason])
  })

  it('a name that is longer than 256 characters', () => {
    expect(checkFleetUnit(`${'a'.repeat(248)}.service`, unit())).toEqual([])
    expect(checkFleetUnit(`${'a'.repeat(249)}.service`, unit())).toHaveLength(1)
  })
})

it('a unit with [Install] is called lost, for fleet does not see what systemd enables', () => {
  const text = `${unit('Global=true')}\n[Install]\nWantedBy=multi-user.target\n`
  expect(checkFleetUnit('a.service', text)).toEqual([
    'has [Install]: once it is enabled fleet does not see its state',
  ])
})

it('every reason is told at once', () => {
  const lines = ['MachineID=a', 'Global=true', 'MachineOf=b.service', 'Replaces=b.service', 'Odd=1']
  expect(checkFleetUnit('x', unit(...lines))).toHaveLength(8)
})

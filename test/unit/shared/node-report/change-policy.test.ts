import { type Host, parseHost } from '@easycerts/shared/cluster'
import { type ChangeSituation, decideChange } from '@easycerts/shared/node-report'
import { describe, expect, it } from 'vitest'

const NOW = new Date('2030-01-01T12:00:00Z')
const hosts = (...texts: readonly string[]): Host[] => texts.map(parseHost)
const ALLOW = { addressChanges: 'allow', allowedNetworks: ['10.0.0.0/24', 'fd00::/64'] } as const

const GOOD: ChangeSituation = {
  role: 'worker',
  change: { added: hosts('10.0.0.12'), gone: hosts('10.0.0.11') },
  after: hosts('10.0.0.12'),
  refused: 0,
  lastAllowedAt: undefined,
  now: NOW,
}

describe('a change of addresses', () => {
  it('is made by policy inside the networks that it names', () => {
    expect(decideChange(GOOD, ALLOW)).toEqual({ kind: 'allow' })
  })

  it('is refused or asked about where policy says so, whatever it is', () => {
    expect(decideChange(GOOD, { ...ALLOW, addressChanges: 'refuse' })).toEqual({ kind: 'refuse' })
    expect(decideChange(GOOD, { ...ALLOW, addressChanges: 'ask' })).toEqual({
      kind: 'ask',
      why: 'policy asks',
    })
  })

  const EXCEPTIONS: readonly (readonly [
    what: string,
    more: Partial<ChangeSituation>,
    why: string,
  ])[] = [
    ['a master', { role: 'master' }, 'it is a master'],
    [
      'a node that also reported what it may not have',
      { refused: 1 },
      'other addresses were refused',
    ],
    ['a name', { change: { added: hosts('w1.example.com'), gone: [] } }, 'a name changes'],
    [
      'an address of which one digit is outside',
      { change: { added: hosts('10.0.0.12', '10.0.1.12'), gone: [] } },
      'outside allowedNetworks',
    ],
    [
      'a node that would keep no address',
      { after: hosts('w1.example.com') },
      'no address would be left',
    ],
    [
      'a node that changed a moment ago',
      { lastAllowedAt: new Date('2030-01-01T11:00:01Z') },
      'it changed less than an hour ago',
    ],
    [
      'a node that changed in what is the future since the clock was set back',
      { lastAllowedAt: new Date('2030-01-02T11:00:01Z') },
      'it changed less than an hour ago',
    ],
  ]
  it.each(EXCEPTIONS)('is left to an operator for %s', (_, more, why) => {
    expect(decideChange({ ...GOOD, ...more }, ALLOW)).toEqual({ kind: 'ask', why })
  })

  it('may be made by policy again after an hour', () => {
    const lastAllowedAt = new Date('2030-01-01T11:00:00Z')
    expect(decideChange({ ...GOOD, lastAllowedAt }, ALLOW)).toEqual({ kind: 'allow' })
  })
})

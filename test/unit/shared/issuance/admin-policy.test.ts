import { describe, expect, it } from 'vitest'
import { checkAdminRequest } from '@easycerts/shared/issuance'
import { hours } from '@easycerts/shared/time'
import { codeOf } from '../../../support/to-throw-code.ts'

const WISH = { user: 'kubernetes-admin', groups: ['system:masters'], life: hours(8) }

describe('checkAdminRequest', () => {
  it.each([
    ['what the command asks for by default', WISH],
    ['an e-mail address as a user', { ...WISH, user: 'jane.doe@lab.example' }],
    ['groups of one’s own', { ...WISH, groups: ['lab:operators', 'dev'] }],
    ['no group', { ...WISH, groups: [] }],
    ['a life of a day', { ...WISH, life: hours(24) }],
    ['a name of 63 characters', { ...WISH, user: 'a'.repeat(63) }],
  ])('permits %s', (_, wish) => {
    expect(() => checkAdminRequest(wish)).not.toThrow()
  })

  it.each([
    'system:node:worker-1',
    'system:kube-controller-manager',
    'system:',
    '',
    ' jane',
    'jane doe',
    'jane\n',
    '-jane',
    'jäne',
    'a'.repeat(64),
  ])('refuses the user %j', (user) => {
    expect(codeOf(() => checkAdminRequest({ ...WISH, user }))).toBe('ERR_SUBJECT_NOT_PERMITTED')
  })

  it.each([
    'system:nodes',
    'system:node-proxier',
    'system:masters:x',
    'system:masters\n',
    'system:authenticated',
    'easycerts:node',
    '',
    'a'.repeat(64),
  ])('refuses the group %j', (group) => {
    const groups = ['lab:operators', group]
    expect(codeOf(() => checkAdminRequest({ ...WISH, groups }))).toBe('ERR_SUBJECT_NOT_PERMITTED')
  })

  it('refuses more groups than eight', () => {
    const groups = Array.from({ length: 9 }, (_, index) => `g${index}`)
    expect(codeOf(() => checkAdminRequest({ ...WISH, groups }))).toBe('ERR_SUBJECT_NOT_PERMITTED')
  })

  it('refuses a life beyond a day, since nobody can take it back', () => {
    const life = (hours(24) + 1000) as typeof WISH.life
    expect(codeOf(() => checkAdminRequest({ ...WISH, life }))).toBe('ERR_VALIDITY_NOT_PERMITTED')
  })
})

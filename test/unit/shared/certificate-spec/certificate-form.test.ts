import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { certificateFormSchema } from '@easycerts/shared/certificate-spec'

const P12 = { form: 'pkcs12', path: '/java/a.p12', passwordFile: '/java/password' }

describe('certificateFormSchema', () => {
  it('closes what holds a private key, and opens the rest', () => {
    const owner = { owner: 'root', group: 'root' }
    const forms = [{ form: 'leaf', path: '/a' }, { form: 'combined', path: '/b' }, P12]
    expect(forms.map((form) => v.parse(certificateFormSchema, form))).toEqual([
      { form: 'leaf', path: '/a', mode: '0644', ...owner },
      { form: 'combined', path: '/b', mode: '0600', ...owner },
      { ...P12, mode: '0600', ...owner },
    ])
  })

  it.each([
    ['a combined file that others may read', { form: 'combined', path: '/a', mode: '0604' }],
    ['a combined file that a group may write', { form: 'combined', path: '/a', mode: '0660' }],
    ['a keystore that others may read', { ...P12, mode: '0644' }],
    ['a keystore without a password', { form: 'pkcs12', path: '/a' }],
    ['a password in the spec itself', { ...P12, password: 'x' }],
    ['an alias that is an option', { ...P12, alias: '-x' }],
    ['a password for what is not encrypted', { ...P12, form: 'combined' }],
    ['another form', { form: 'jks', path: '/a' }],
  ])('refuses %s', (_, form) => {
    expect(v.safeParse(certificateFormSchema, form).success).toBe(false)
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError, hideSecrets } from '@easycerts/shared/errors'
import { generateSigningKey, type PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket } from '@easycerts/shared/ticket'

const line = formatTicket({
  id: 'abcdefghjkmn',
  endpoints: ['https://ca.demo.example:7443'],
  pins: ['ab'.repeat(32) as PublicKeyPin],
  seed: new Secret(randomBytes(32)),
}).reveal()
const [, , body = ''] = line.split('.')
const pem = (await generateSigningKey('ecdsa-p256')).exportPem().reveal()
const pemLines = pem.split('\n').filter((each) => each.length > 20 && !each.startsWith('-'))
const age = [
  'AGE-SECRET',
  'KEY',
  '1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE',
].join('-')

describe('hideSecrets', () => {
  it.each([
    ['a ticket', `there is no ticket ${line}, is there`],
    ['a ticket without its end', `"${line.slice(0, 60)}`],
    ['a ticket in JSON', JSON.stringify({ detail: line })],
    ['a ticket as part of a path', `/v1/tickets/${line}/revoke`],
    ['two tickets', `${line} ${line}`],
  ])('leaves of %s nothing but its id', (_, text) => {
    const hidden = hideSecrets(text)
    expect(hidden).not.toContain(body.slice(0, 30))
    expect(hidden).toContain('ec1.abcdefghjkmn.[secret]')
  })

  it.each([
    ['a private key', `cannot read ${pem}`],
    ['one that is escaped', JSON.stringify(pem)],
    ['one that breaks off', pem.slice(0, 120)],
    ['two', pem + pem],
  ])('leaves nothing of %s', (_, text) => {
    const hidden = hideSecrets(text)
    expect(pemLines.filter((each) => hidden.includes(each.slice(0, 20)))).toEqual([])
    expect(hidden).toContain('[secret]')
  })

  it('leaves nothing of an age identity', () => {
    expect(hideSecrets(`# created\n${age}\n`)).toBe('# created\n[secret]\n')
  })

  it('leaves alone what is public', () => {
    const words = `ticket ec1.abcdefghjkmn of pin ${'ab'.repeat(32)}, recipient age1${'q'.repeat(58)}`
    expect(hideSecrets(words)).toBe(words)
    const certificate = pem.replaceAll('PRIVATE KEY', 'CERTIFICATE')
    expect(hideSecrets(certificate)).toBe(certificate)
  })

  it('stands in front of every message and hint of ours', () => {
    const error = new EasycertsError('ERR_TICKET_UNKNOWN', `no ticket ${line}`, { hint: pem })
    expect(`${error.message}${error.hint}${error.stack ?? ''}`).not.toContain(body.slice(0, 30))
    expect(error.hint).toBe('[secret]\n')
  })

  it('takes linear time for text that tries to be many secrets', () => {
    const hostile = '-----BEGIN PRIVATE KEY-----'.repeat(40_000)
    expect(hideSecrets(hostile)).toBe('[secret]')
    expect(hideSecrets('ec1.abcdefghjkmn.'.repeat(40_000)).length).toBeGreaterThan(1000)
  })
})

import { describe, expect, it } from 'vitest'
import { decodePem, decodePemBlocks, encodePem } from '@easycerts/shared/encoding'
import { codeOf } from '../../../support/to-throw-code.ts'

const DER = Buffer.from(Array.from({ length: 100 }, (_, index) => index))
const PEM = encodePem('CERTIFICATE', DER)
const body = PEM.split('\n').slice(1, -2).join('\n')

const block = (content: string, label = 'CERTIFICATE') =>
  `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`

describe('encodePem', () => {
  it('writes 64 columns between the lines of RFC 7468', () => {
    expect(PEM.split('\n').map(({ length }) => length)).toEqual([27, 64, 64, 8, 25, 0])
  })
})

describe('decodePem', () => {
  it.each([
    ['as it was written', PEM],
    ['with CR LF', PEM.replaceAll('\n', '\r\n')],
    ['without a last line end', PEM.trimEnd()],
    ['with text around it', `subject=CN=a\n${PEM}bag attributes\n`],
    ['beside a block of another label', `${encodePem('PRIVATE KEY', DER)}${PEM}`],
    ['in one long line', block(body.replaceAll('\n', ''))],
  ])('reads a block %s', (_, text) => {
    expect(decodePem('CERTIFICATE', text)).toEqual(DER)
  })

  it.each([
    ['empty text', ''],
    ['a block of another label', encodePem('CERTIFICATE REQUEST', DER)],
    ['two blocks', PEM + PEM],
    ['a block without an end', PEM.slice(0, 60)],
    ['two labels that differ', PEM.replace('END CERTIFICATE', 'END CERTIFICATES')],
    ['characters outside base64', block(body.replace('A', '*'))],
    ['base64 that lost a character', block(body.slice(1))],
    ['padding in the middle', block(`QQ==${body}`)],
    ['padding without need', block('QUJD====')],
    ['bits after the last octet', block('QUJDRF==')],
    ['no content', block('')],
    ['one of two blocks damaged', PEM + block(body.replace('A', '*'))],
    ['a text beyond any bound', `${PEM}${' '.repeat(1 << 20)}`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => decodePem('CERTIFICATE', text))).toBe('ERR_PEM_MALFORMED')
  })
})

describe('decodePemBlocks', () => {
  it('gives every block in order, with its label', () => {
    const blocks = decodePemBlocks(`# bundle\n${PEM}\n${encodePem('PUBLIC KEY', Buffer.of(1))}`)
    expect(blocks).toEqual([
      { label: 'CERTIFICATE', der: DER },
      { label: 'PUBLIC KEY', der: Buffer.of(1) },
    ])
  })

  it('finds nothing in a text without blocks', () => {
    expect(decodePemBlocks('nothing here')).toEqual([])
  })

  it('refuses a bundle with one damaged block, rather than to lose a CA silently', () => {
    const damaged = PEM + block(`${body}!`) + PEM
    expect(codeOf(() => decodePemBlocks(damaged))).toBe('ERR_PEM_MALFORMED')
  })

  it.each([
    ['beginnings without ends', '-----BEGIN CERTIFICATE-----\n'],
    ['dashes', '-----'],
    ['base64', 'AAAA'],
  ])('is not slowed down by a megabyte of %s', (_, unit) => {
    const text = `-----BEGIN CERTIFICATE-----\n${unit.repeat((1 << 20) / unit.length)}`
    const started = process.cpuUsage()
    codeOf(() => decodePem('CERTIFICATE', text.slice(0, 1 << 20)))
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000)
  })
})

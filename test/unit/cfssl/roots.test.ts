import { readFileSync } from 'node:fs'
import { readRoots } from '@easycerts/cfssl/roots'
import { isEasycertsError } from '@easycerts/shared/errors'
import { describe, expect, it } from 'vitest'

const faultsOf = (text: string): string[] => {
  try {
    readRoots('roots', text)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CONFIG_INVALID')
      return error.message.split('\n')
    throw error
  }
  return []
}

const ROOT = '[a]\nprivate = file:///k\ncertificate = /c\nconfig = /s\n'

describe("multirootca's file of roots", () => {
  it('has a section for each label', () => {
    const { roots, notes } = readRoots(
      'roots',
      readFileSync('test/fixtures/cfssl/lab/multiroot.conf', 'utf8'),
    )
    expect(notes).toEqual([])
    expect(roots).toEqual([
      {
        label: 'primary',
        certificate: '/var/lib/cfssl-lab/ca/ca.pem',
        privateKey: '/var/lib/cfssl-lab/ca/ca-key.pem',
        config: '/var/lib/cfssl-lab/conf/server.json',
        networks: ['127.0.0.0/8'],
        databaseConfig: '/var/lib/cfssl-lab/conf/db.json',
      },
      expect.objectContaining({ label: 'denied', networks: ['10.0.2.1/24'], databaseConfig: '' }),
    ])
  })

  it('may have comments, quotes, and no networks', () => {
    const { roots } = readRoots('roots', `# all of them\r\n${ROOT.replace('/c', '"/a b"')}`)
    expect(roots).toMatchObject([{ certificate: '/a b', networks: undefined }])
  })

  it('is told what multirootca would ignore', () => {
    expect(readRoots('roots', `${ROOT}net = 10.0.0.0/8\n`).notes[0]).toContain('was "nets" meant?')
  })

  it.each([
    ['', /has no section/],
    ['private = file:///k\n', /1: stands before the first/],
    [`${ROOT}${ROOT}`, /5: \[a\] is there twice/],
    [`${ROOT}config = /t\n`, /5: config is there twice/],
    [`${ROOT}what\n`, /5: is neither/],
    [`${ROOT}nets = 10.0.0.0\n`, /\[a\] nets: 10.0.0.0 is not an address range/],
    [ROOT.replace('file://', 'pkcs11://'), /\[a\] private: is not written file/],
    [ROOT.replace('config = /s\n', ''), /\[a\] config: is missing/],
  ])('is refused with its place: %j', (text, fault) => {
    expect(faultsOf(text).filter((line) => fault.test(line))).toHaveLength(1)
  })
})

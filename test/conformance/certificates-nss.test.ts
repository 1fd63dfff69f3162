import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import {
  issueAll,
  type IssuedCertificate,
  type IssuedCertificates,
  judge,
} from '../support/conformance/issued-certificates.ts'
import {
  EXPECTED_CERTIFICATES,
  type ExpectedCertificate,
} from '../support/expected-certificates.ts'
import { describeWith } from '../support/needed-tool.ts'

/** vfychain's numbers. */
const USAGES = { clientAuth: '0', serverAuth: '1', OCSPSigning: '10' } as const
type Purpose = keyof typeof USAGES

const NOON = '2603011230Z'

describeWith('vfychain', 'NSS', () => {
  let issued: IssuedCertificates
  const databaseOf = (purpose: string) => `sql:${join(issued.folder, `nss-${purpose}`)}`

  beforeAll(async () => {
    issued = await issueAll()
    for (const purpose of ISSUER_PURPOSES) {
      mkdirSync(join(issued.folder, `nss-${purpose}`))
      const database = ['-d', databaseOf(purpose)]
      await judge('certutil', ['-N', ...database, '--empty-password'])
      const added = await judge('certutil', [
        ...['-A', ...database, '-n', purpose, '-t', 'CT,,', '-a', '-i', issued.caFile(purpose)],
      ])
      expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    }
  })
  afterAll(() => issued.dispose())

  /** NSS verifies no Ed25519 key in certificates. */
  const judged = (profile: string) =>
    issued.of(profile).filter(({ algorithm }) => algorithm !== 'ed25519')

  const isGood = async ({ file }: IssuedCertificate, issuer: string, purpose: Purpose) => {
    const { exitCode, stdout, stderr } = await judge('vfychain', [
      ...['-d', databaseOf(issuer), '-b', NOON, '-u', USAGES[purpose], '-a', file],
    ])
    return exitCode === 0 && (stdout + stderr).includes('Chain is good!')
  }

  const goodFor = async ({ profile, issuer }: ExpectedCertificate): Promise<Purpose[][]> =>
    Promise.all(
      judged(profile).map(async (certificate) => {
        const answers = await Promise.all(
          PURPOSES.map(async (purpose) => (await isGood(certificate, issuer, purpose)) && purpose),
        )
        return answers.filter((answer) => answer !== false)
      }),
    )
  const PURPOSES = Object.keys(USAGES) as Purpose[]

  it.each(EXPECTED_CERTIFICATES)(
    'finds $profile good for its purposes and no other',
    async (expected) => {
      const sorted = PURPOSES.filter((purpose) => expected.purposes.includes(purpose))
      expect(await goodFor(expected)).toEqual(judged(expected.profile).map(() => sorted))
    },
  )

  it('finds nothing good under another issuer', async () => {
    const [certificate] = judged('kubelet-client')
    expect(await isGood(certificate!, 'etcd', 'clientAuth')).toBe(false)
  })
})

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificatePem } from '@easycerts/shared/x509'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { certinfoEndpoint } from '../../apps/ca-server/src/legacy-door/endpoints/certinfo.ts'
import { crlEndpoint } from '../../apps/ca-server/src/legacy-door/endpoints/crl.ts'
import { gencrlEndpoint } from '../../apps/ca-server/src/legacy-door/endpoints/gencrl.ts'
import { ocspsignEndpoint } from '../../apps/ca-server/src/legacy-door/endpoints/ocspsign.ts'
import { readCertdb } from '../../apps/ca-server/src/store/certdb/index.ts'
import { makeFolder } from '../support/ca-server-process.ts'
import {
  answerOf,
  closeLabs,
  exchange,
  labFile,
  makeLabCertdb,
  openLabDesk,
} from '../support/cfssl/lab-desk.ts'
import { describeWith } from '../support/needed-tool.ts'
import { openssl } from '../support/openssl.ts'

let lab: Awaited<ReturnType<typeof openLabDesk>>
let folder: string
beforeAll(async () => {
  folder = makeFolder()
  lab = await openLabDesk({
    open: Object.keys(LEGACY_SWITCHES) as LegacySwitch[],
    ocsp: { certificate: labFile('ocsp.pem'), key: labFile('ocsp-key.pem') },
  })
})
afterAll(closeLabs)

const resultOf = async (...call: Parameters<typeof answerOf>): Promise<unknown> =>
  (JSON.parse((await answerOf(...call)).body) as { result: unknown }).result

const write = (name: string, base64: string): string => {
  const path = join(folder, name)
  writeFileSync(path, Buffer.from(base64, 'base64'))
  return path
}

describeWith('openssl', 'CRLs and OCSP answers in the forms of cfssl', () => {
  it('have signatures that openssl verifies', async () => {
    const { request } = exchange('b054-gencrl')
    const crls = [
      await resultOf(lab.desk, crlEndpoint, { path: '/api/v1/cfssl/crl' }),
      await resultOf(lab.desk, gencrlEndpoint, request),
    ]
    for (const crl of crls) {
      const args = ['-inform', 'DER', '-CAfile', labFile('ca.pem'), '-noout']
      const verified = openssl(['crl', '-in', write('a.crl', crl as string), ...args])
      expect(verified.stdout + verified.stderr).toContain('verify OK')
    }
  })

  it('tell openssl what they were told to tell', async () => {
    const { request } = exchange('b061-ocspsign-revoked')
    const { certificate } = JSON.parse(request.body) as { certificate: string }
    writeFileSync(join(folder, 'leaf.pem'), certificate)
    const result = await resultOf(lab.desk, ocspsignEndpoint, request)
    const { ocspResponse } = result as { ocspResponse: string }
    const seconds = String(lab.clock.read().getTime() / 1000)
    const told = openssl([
      ...['ocsp', '-respin', write('a.ocsp', ocspResponse), '-attime', seconds],
      ...['-CAfile', labFile('ca.pem'), '-issuer', labFile('ca.pem')],
      ...['-cert', join(folder, 'leaf.pem')],
    ])
    expect(told.stderr).toContain('Response verify OK')
    expect(told.stdout).toContain('revoked')
    expect(told.stdout).toContain('Reason: superseded')
  })
})

describeWith('cfssl', 'certinfo', () => {
  it("is what Debian's cfssl says of every certificate of the lab", async () => {
    const rows = [...readCertdb(makeLabCertdb(folder))].slice(0, 40)
    for (const row of rows) {
      if ('fault' in row) throw new Error(row.fault)
      const { certificate } = row
      const path = join(folder, 'leaf.pem')
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate.der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
      writeFileSync(path, pem)
      const said = JSON.parse(
        execFileSync('cfssl', ['certinfo', '-cert', path], { encoding: 'utf8', stdio: 'pipe' }),
      ) as Record<string, unknown>
      const body = JSON.stringify({ certificate: pem })
      const ours = await resultOf(lab.desk, certinfoEndpoint, { path: '/', body })
      expect(comparable(ours)).toEqual(comparable(said))
    }
  })
})

const SCHEMA = `CREATE TABLE certificates (serial_number blob NOT NULL,
  authority_key_identifier blob NOT NULL, ca_label blob, status blob NOT NULL, reason int,
  expiry timestamp, revoked_at timestamp, pem blob NOT NULL,
  PRIMARY KEY(serial_number, authority_key_identifier))`

describeWith('cfssl', 'a certdb', () => {
  it("is read as Debian's cfssl writes it", () => {
    const path = join(folder, 'real.db')
    const database = new Database(path)
    database.exec(SCHEMA)
    database.close()
    const config = join(folder, 'db.json')
    writeFileSync(config, JSON.stringify({ driver: 'sqlite3', data_source: path }))
    const csr = join(folder, 'csr.json')
    writeFileSync(csr, JSON.stringify({ CN: 'web', hosts: ['web.example'] }))
    const run = (command: string, ...args: readonly string[]) =>
      execFileSync('cfssl', [command, '-db-config', config, ...args], { stdio: 'pipe' })
    const signing = ['-ca', labFile('ca.pem'), '-ca-key', labFile('ca-key.pem')]
    const profile = ['-config', labFile('server.json'), '-profile', 'open']
    const certificates = [1, 2].map(() => {
      const made = run('gencert', ...signing, ...profile, csr).toString('utf8')
      return parseCertificatePem((JSON.parse(made) as { cert: string }).cert)
    })
    const [first, second] = certificates.map(({ serialNumber }) => serialNumber)
    const authorityKeyId = lab.authority.issuers.cluster.keyIdentifier.toString('hex')
    // 1.2.0 records no identifier of the authority, and then finds nothing to revoke.
    const again = new Database(path)
    again.prepare('UPDATE certificates SET authority_key_identifier = ?').run(authorityKeyId)
    again.close()
    const serial = BigInt(`0x${second ?? ''}`).toString()
    run('revoke', '-serial', serial, '-aki', authorityKeyId, '-reason', 'superseded')
    expect([...readCertdb(path)]).toMatchObject([
      { certificate: { serialNumber: first }, authorityKeyId, revocation: undefined },
      { certificate: { serialNumber: second }, authorityKeyId, revocation: { code: 4 } },
    ])
  })
})

/** cfssl 1.2.0 writes the octet 04 of a key identifier as 4. */
const comparable = (info: unknown): unknown => {
  const fields = info as Record<string, unknown>
  const padded = (id: unknown): string => String(id).replace(/\b([0-9A-F])\b/g, '0$1')
  return {
    ...fields,
    authority_key_id: padded(fields['authority_key_id']),
    subject_key_id: padded(fields['subject_key_id']),
  }
}

import { LEGACY_SWITCHES, type LegacySwitch } from '@easycerts/shared/issuance'
import { parseCrl } from '@easycerts/shared/revocation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/bundle.ts'
import { certaddEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/certadd.ts'
import { certinfoEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/certinfo.ts'
import { crlEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/crl.ts'
import { gencrlEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/gencrl.ts'
import { ocspsignEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/ocspsign.ts'
import { revokeEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/revoke.ts'
import { scanEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/scan.ts'
import {
  adoptLabRecords,
  answerOf,
  closeLabs,
  exchange,
  LAB_OCSP,
  openLabDesk,
} from '../../../support/cfssl/lab-desk.ts'

const ENDPOINTS = [
  bundleEndpoint,
  certaddEndpoint,
  certinfoEndpoint,
  crlEndpoint,
  gencrlEndpoint,
  ocspsignEndpoint,
  revokeEndpoint,
  scanEndpoint,
]

afterAll(closeLabs)

const openLab = async (open: readonly LegacySwitch[]) => {
  const lab = await openLabDesk({ open: [...open], ocsp: LAB_OCSP })
  await adoptLabRecords(lab.authority)
  return lab
}

const pemIn = (name: string): string =>
  (JSON.parse(exchange(name).response.body) as { result: { pem: string } }).result.pem

let lab: Awaited<ReturnType<typeof openLabDesk>>
beforeAll(async () => {
  lab = await openLab(Object.keys(LEGACY_SWITCHES) as LegacySwitch[])
})

describe('the endpoints of cfssl that work on records', () => {
  it('do nothing for anybody while their switches are off', () => {
    const switches = ENDPOINTS.map(({ name, opensWith }) => [name, opensWith])
    expect(Object.fromEntries(switches)).toEqual({
      bundle: undefined,
      certadd: 'unauthenticated-certadd',
      certinfo: undefined,
      crl: 'public-records',
      gencrl: 'foreign-crl',
      ocspsign: 'unauthenticated-ocspsign',
      revoke: 'unauthenticated-revoke',
      scan: 'outbound-connections',
    })
  })

  it('show no record and connect nowhere while the finer switches are off', async () => {
    const lab = await openLab([])
    const { request } = exchange('b031-certinfo-serial')
    const byNumber = await answerOf(lab.desk, certinfoEndpoint, request)
    expect(byNumber).toMatchObject({ status: 500 })
    expect(byNumber.body).toContain('without db access')
    for (const endpoint of [certinfoEndpoint, bundleEndpoint]) {
      const body = JSON.stringify({ domain: '127.0.0.1:1' })
      const answer = await answerOf(lab.desk, endpoint, { path: '/', body })
      expect(answer.body).toContain('not authorised')
    }
    const given = JSON.stringify({ certificate: pemIn('b031-certinfo-serial') })
    const shown = await answerOf(lab.desk, certinfoEndpoint, { path: '/', body: given })
    expect(shown.body).toBe(exchange('b031-certinfo-serial').response.body)
  })

  it('leave the enrolment issuer alone', async () => {
    const { keyIdentifier } = lab.authority.issuers.enrolment
    const authority_key_id = keyIdentifier.toString('hex')
    const body = JSON.stringify({ serial: '1', authority_key_id, reason: 'superseded' })
    const answer = await answerOf(lab.desk, revokeEndpoint, { path: '/', body })
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain('"code":11200')
  })

  it('revoke in the CRL that all the world reads, and with the first reason for good', async () => {
    const lab = await openLab(['unauthenticated-revoke'])
    const revoke = async (name: string) =>
      answerOf(lab.desk, revokeEndpoint, exchange(name).request)
    expect(await revoke('b044-revoke-reason-5-CACompromise')).toMatchObject({ status: 200 })
    expect(await revoke('b044-revoke-reason-9-certificateHold')).toMatchObject({ status: 200 })
    const published = lab.crls.current('cluster-g1')
    expect(published && parseCrl(published.der).revoked).toMatchObject([{ reason: 'cACompromise' }])
  })

  it.each([
    [{ serial_number: '7778' }, 'Serial key of request and certificate do not match'],
    [{ status: 'perhaps' }, 'Invalid certificate status'],
    [{ pem: '' }, 'The provided certificate is empty'],
    [{ expiry: '2027-01-01T00:00:00Z' }, 'Expiry of request and certificate do not match'],
    [{ authority_key_identifier: 'aa' }, 'Authority key identifier of request'],
  ])('add no certificate that is not what the request says: %j', async (wrong, words) => {
    const given = JSON.parse(exchange('b070-certadd-min').request.body) as object
    const body = JSON.stringify({ ...given, ...wrong })
    const answer = await answerOf(lab.desk, certaddEndpoint, { path: '/', body })
    expect(answer.status).toBe(400)
    expect(answer.body).toContain(words)
  })
})

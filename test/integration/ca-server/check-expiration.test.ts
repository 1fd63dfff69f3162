import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days } from '@easycerts/shared/time'
import {
  type ExpirationCursor,
  type ExpiringItem,
  issueNodeCertificate,
  pageOfExpirations,
} from '../../../apps/ca-server/src/authority/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { joinedNode, requesterOf } from '../../support/in-process-nodes.ts'
import { askCertificate, joinNode } from '../../support/joiner.ts'
import { faketimeWords } from '../../support/faketime.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

interface Checked {
  readonly items: readonly { kind: string; name: string; profile: string; state: string }[]
  readonly backup: { readonly state: string }
}

const parse = (text: string) => JSON.parse(text) as Checked

describe('check-expiration', () => {
  let ca: CaServerProcess
  beforeAll(async () => {
    ca = await startCaServer({ initArgs: ['--certificate-life', '30m'] })
    const node = await joinNode(ca, 'worker-1')
    await askCertificate(ca, node, 'kubelet-client')
    await askCertificate(ca, node, 'kubelet-client')
    await ca.ca(['kubeconfig'])
  })
  afterAll(() => ca.dispose())

  const names = ({ items }: Checked) =>
    items.map(({ kind, name, profile }) => `${kind} ${name} ${profile}`)

  it('lists each thing that can end, once, and ends well while nothing is near', async () => {
    const result = await ca.ca(['check-expiration'])
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    const checked = parse(result.stdout)
    expect(names(checked)).toEqual(
      expect.arrayContaining([
        'issuer cluster-g1 cluster',
        'issuer enrolment-g1 enrolment',
        'node worker-1 kubelet-client',
        'node worker-1 node-identity',
        expect.stringMatching(/^server .* ca-server$/) as string,
        expect.stringMatching(/^person .* admin$/) as string,
      ]),
    )
    expect(new Set(names(checked)).size).toBe(checked.items.length)
    expect(checked.backup).toEqual({ at: null, file: null, state: 'none' })
  })

  it('says the same of the database while no server runs', async () => {
    const online = names(parse((await ca.ca(['check-expiration'])).stdout))
    await ca.stop()
    const offline = await ca.ca(['check-expiration'])
    await ca.start()
    expect(offline).toMatchObject({ exitCode: 0, stderr: '' })
    expect(names(parse(offline.stdout))).toEqual(online)
  })
})

describeWith('faketime', 'check-expiration at the end of an issuer', () => {
  it('ends with 69, and still shows what it is about', async () => {
    const short = await startCaServer({
      initArgs: ['--issuer-life', '3h', '--certificate-life', '2h'],
    })
    try {
      await short.stop()
      const near = await short.ca(['check-expiration', '--near'], {
        wrapper: faketimeWords('+170m'),
      })
      expect(near).toMatchObject({ exitCode: 69, code: 'ERR_EXPIRATION_NEAR' })
      // The four issuers, and the certificate of the trust key, which ends with the one above it;
      // that of a server that does not run ended, and alarms nobody.
      const { items } = parse(near.stdout)
      expect(items.map(({ kind, profile, state }) => `${kind} ${profile} ${state}`)).toEqual([
        ...['cluster', 'etcd', 'front-proxy', 'enrolment'].map((each) => `issuer ${each} near`),
        'server trust-key near',
      ])
    } finally {
      await short.dispose()
    }
  })
})

describe('the listing of what can end', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  const all = async (): Promise<ExpiringItem[]> => {
    const found: ExpiringItem[] = []
    let cursor: ExpirationCursor | undefined
    do {
      const page = await ca.authority.store.read((reading) =>
        pageOfExpirations(reading, ca.clock.read(), cursor),
      )
      found.push(...page.items)
      cursor = page.next
    } while (cursor)
    return found
  }

  it('takes the newest of each profile of a node, over any number of pages', async () => {
    // More than a page of nodes.
    for (let index = 0; index < 105; index++) await joinedNode(ca, `node-${index}`)
    const node = await joinedNode(ca, 'worker-1')
    const requester = await requesterOf(ca, node)
    let newest = ''
    for (let index = 0; index < 3; index++) {
      ca.clock.advance(days(1))
      const csr = await newRequest()
      newest = (
        await issueNodeCertificate(ca.authority, requester, {
          profile: 'kubelet-client',
          csr,
        })
      ).serialNumber
    }
    const items = await all()
    expect(items.filter(({ kind }) => kind === 'issuer')).toHaveLength(4)
    expect(items.filter(({ profile }) => profile === 'node-identity')).toHaveLength(106)
    expect(
      items.filter(({ name, profile }) => name === 'worker-1' && profile === 'kubelet-client'),
    ).toMatchObject([{ serialNumber: newest }])
  })
})

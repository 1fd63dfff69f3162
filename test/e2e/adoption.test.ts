import { expect, it } from 'vitest'
import { beginRehearsal, type Renewal } from '../support/adoption/rehearsal.ts'
import { describeOnLoneHost } from '../support/cni/describe-on-lone-host.ts'

const PORT = 8888
const isFull = process.env['SOAK'] === 'full'
const ROUNDS = isFull ? 4 : 1

const failuresOf = (renewals: readonly Renewal[]): string[] =>
  renewals.flatMap(({ failure }) => failure ?? [])

const usesIn = (text: string): string[][] =>
  (JSON.parse(text) as { uses: { key: string; address: string; commonName: string }[] }).uses.map(
    ({ key, address, commonName }) => [key, address, commonName],
  )

describeOnLoneHost(
  'an easyCerts cluster on one evening',
  ['/usr/bin/cfssl', '/usr/sbin/iptables'],
  (host) => {
    it(
      'is taken over, given back and taken over again while its workers renew, and none of them fails',
      async () => {
        const rehearsal = beginRehearsal(host(), PORT)
        try {
          const first = rehearsal.certmgr('ensure')
          expect(first.status, first.stderr).toBe(0)
          const [before, workers] = [rehearsal.state(), rehearsal.workers()]
          const end = await rehearsal.renewEvery(100)
          for (let round = 0; round < ROUNDS; round++) {
            const done = rehearsal.importEasyCerts()
            expect(done.status, done.stderr).toBe(0)
            expect(rehearsal.importEasyCerts().stderr).toContain('ERR_ALREADY_INITIALISED')
            const undone = rehearsal.importEasyCerts('--undo')
            expect(undone.status, undone.stderr).toBe(0)
            expect(rehearsal.state()).toBe(before)
          }
          const again = rehearsal.importEasyCerts()
          expect(again.status, again.stderr).toBe(0)
          const renewals = await end()
          expect(failuresOf(renewals)).toEqual([])
          expect(renewals.length).toBeGreaterThan(20)
          const kept = rehearsal.certmgr('ensure')
          expect(kept.status, kept.stderr).toBe(0)
          expect(rehearsal.workers()).toBe(workers)
          const renewed = rehearsal.certmgr('ensure', '--forceRegen')
          expect(renewed.status, renewed.stderr).toBe(0)
          expect(rehearsal.workers()).not.toBe(workers)
          const admins = await (await rehearsal.renewEvery(50, 'admins'))()
          expect(failuresOf(admins).join()).toMatch(/cluster-admin.*40[03]/)
          expect(usesIn(rehearsal.caServer('legacy', 'status').stdout)).toContainEqual([
            ...['default', '127.0.0.1', 'system:node:worker-1.example.net'],
          ])
          expect(usesIn(rehearsal.caServer('legacy', 'status').stdout)).toContainEqual([
            ...['default', '127.0.0.1', 'worker-2.example.net'],
          ])
        } finally {
          rehearsal.end()
        }
      },
      isFull ? 300_000 : 60_000,
    )
  },
)

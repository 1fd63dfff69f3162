import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { geteuid } from 'node:process'
import { openIdentityStore } from '@easycerts/adapters/identity-store'
import { createLog } from '@easycerts/adapters/log'
import { EasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../../apps/certmgr/src/config/index.ts'
import { openContext } from '../../../apps/certmgr/src/daemon/index.ts'
import { type CertmgrContext, newMemory, runPass } from '../../../apps/certmgr/src/pass/index.ts'
import { loadSpecs } from '../../../apps/certmgr/src/specs/index.ts'
import { type AttackedCa, startAttackedCa } from '../../attacks/support/attacked-ca.ts'
import { alarmsOf, kindsInLog, quarantine } from '../../attacks/support/identity-attack.ts'
import { newNode } from '../../attacks/support/joining-node.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** It ends in three minutes by the clock of TLS, and at once by those of the CA and the node. */
const LIFE = hours(8)
const OFFSET_AT_JOIN = minutes(3) - LIFE
const AWAY = LIFE + seconds(30)
const clock = (): Date => new Date(Date.now() + OFFSET_AT_JOIN + AWAY)

/** A CA, and the root of a node whose identity has expired while it was off. */
const absentNode = async (): Promise<{ readonly ca: AttackedCa; readonly root: string }> => {
  const lifetimes = { certificates: '720h', identity: '8h', caServer: '720h' }
  const ca = await startAttackedCa({ config: { lifetimes }, offset: OFFSET_AT_JOIN })
  onTestFinished(() => ca.dispose())
  const atJoin = (): Date => new Date(Date.now() + OFFSET_AT_JOIN)
  const node = await newNode(ca, 'worker-1', {}, atJoin)
  await node.join(ca.joinPort)
  await node.confirm(ca.nodePort)
  const root = temporaryFolder()
  cpSync(node.store.directory, join(root, NODE_PATHS.identityDirectory), { recursive: true })
  ca.advance(AWAY)
  return { ca, root }
}

/** A certmgr that has just started there. */
const certmgrIn = (root: string, more: Partial<CertmgrContext> = {}) => {
  const config = loadConfig({ root, file: undefined })
  const lines: string[] = []
  const sink = { write: (text: string) => lines.push(text) }
  const log = createLog({ sink, format: 'text', level: 'debug', clock })
  const uid = geteuid?.() ?? 0
  const { signal } = new AbortController()
  const surroundings = { clock, log, signal, uid }
  const context = { ...openContext(config, loadSpecs(config.specs), surroundings), ...more }
  const memory = newMemory(clock(), { trust: undefined, suggestions: {} })
  return {
    context,
    pass: () => runPass(context, memory),
    failureOf: (what: string) => memory.attempts.get(what)?.lastFailure,
    identity: () => openIdentityStore(config.identity, uid).load(),
    log: () => lines.join(''),
  }
}

describe('a node that was off while its identity expired', () => {
  it('comes back by itself, with a new key, and says so', async () => {
    const { ca, root } = await absentNode()
    const { pass, identity, failureOf, log } = certmgrIn(root)
    const before = identity()
    await pass()
    expect([failureOf('ca'), failureOf('identity')]).toEqual([undefined, undefined])
    const after = identity()
    expect(after?.isConfirmed).toBe(true)
    expect(after?.certificate.pin).not.toBe(before?.certificate.pin)
    expect(log()).toContain('took the node back')
    expect(kindsInLog(ca)).toContain('identity-returned')
    expect(alarmsOf(ca)).toEqual([])
  })

  it('tells in its status why the CA does not take it back', async () => {
    const { ca, root } = await absentNode()
    await quarantine(ca, 'worker-1')
    const { pass, identity, failureOf } = certmgrIn(root)
    const before = identity()
    await pass()
    for (const what of ['ca', 'identity'])
      expect(failureOf(what)).toMatchObject({ code: 'ERR_NODE_QUARANTINED' })
    expect(identity()?.certificate.fingerprint).toBe(before?.certificate.fingerprint)
  })

  it('comes back to the end where it was killed before the answer or before the confirmation', async () => {
    const { ca, root } = await absentNode()
    const lost = new EasycertsError('ERR_CA_UNREACHABLE', 'cut')
    const real = certmgrIn(root)
    const deaf = certmgrIn(root, {
      askToReturn: async (absentee) => {
        await real.context.askToReturn(absentee)
        throw lost
      },
    })
    await deaf.pass()
    expect(deaf.failureOf('identity')).toMatchObject({ code: 'ERR_CA_UNREACHABLE' })
    const mute = certmgrIn(root, {
      connect: (session) => ({
        ...real.context.connect(session),
        confirmIdentity: () => Promise.reject(lost),
      }),
    })
    await mute.pass()
    expect(mute.identity()?.isConfirmed).toBe(false)
    const { pass, identity } = certmgrIn(root)
    await pass()
    expect(identity()?.isConfirmed).toBe(true)
    const issued = ca.rows(`SELECT 1 FROM identities WHERE node = 'worker-1'`)
    expect(issued).toHaveLength(2)
    expect(alarmsOf(ca)).toEqual([])
  })
})

import { geteuid } from 'node:process'
import { createTerminal } from '@easycerts/adapters/terminal'
import { minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { runStatus } from '../../../apps/certmgr/src/commands/status.ts'
import { type BundleNode, bundleNode } from '../../support/certmgr/ca-consumer.ts'
import type { Habits } from '../../support/certmgr/tls-consumer.ts'

const passAfter = ({ node, pass }: BundleNode, duration: number): Promise<Date> => {
  node.time.advance(duration)
  return pass()
}

/** The first bundle is proven; then the cluster gets another CA. */
const rotated = async (habits: Habits): Promise<BundleNode> => {
  const served = await bundleNode(habits)
  await passAfter(served, minutes(10))
  expect(served.record()?.state).toBe('proven')
  served.told.length = 0
  await served.node.ca.rotate('cluster')
  await passAfter(served, minutes(10))
  return served
}

describe('a component that is given a new bundle of client CAs', () => {
  it('is proven to name them to its clients, once it has read the bundle', async () => {
    const served = await rotated({ onReload: 'reads', onRestart: 'reads' })
    expect(served.told).toEqual(['reload component.service'])
    expect(served.record()?.state).toBe('proven')
  })

  it('is restarted once where a reload did not help', async () => {
    const served = await rotated({ onReload: 'ignores', onRestart: 'reads' })
    expect(served.record()?.state).toBe('waiting')
    await passAfter(served, minutes(1))
    expect(served.told).toEqual(['reload component.service', 'restart component.service'])
    await passAfter(served, minutes(1))
    expect(served.record()?.state).toBe('proven')
  })

  it('is an alarm where it goes on with the old ones, which status tells', async () => {
    const served = await rotated({ onReload: 'ignores', onRestart: 'ignores' })
    for (let count = 0; count < 4; count++) await passAfter(served, minutes(1))
    expect(served.told).toEqual(['reload component.service', 'restart component.service'])
    expect(served.record()).toMatchObject({ state: 'alarm', reason: 'stale' })
    let text = ''
    const stdout = { write: (more: string) => (text += more) }
    const parts = { program: 'certmgr', stdout, stderr: stdout, colour: false, output: 'text' }
    const terminal = createTerminal(parts as Parameters<typeof createTerminal>[0])
    const { clock } = served.node.time
    const context = { terminal, clock, uid: geteuid?.() ?? 0 }
    const options = { root: served.node.root, log: 'text', logLevel: 'info' } as const
    served.node.write('/etc/easycerts/certmgr.yaml', 'serviceManager: { systemctl: [/bin/true] }\n')
    expect(await runStatus(context, options)).toBe(75)
    expect(text).toContain('trust bundle trust-client-ca: another list of CAs is in use')
  })
})

import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createLog } from '@easycerts/adapters/log'
import { days, hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reportOf } from '../../../apps/certmgr/src/daemon/report-of.ts'
import { startMetrics } from '../../../apps/certmgr/src/metrics/index.ts'
import { METRICS } from '../../../apps/certmgr/src/metrics/metric-table.ts'
import {
  certificateSpec,
  joinedNode,
  type TestNode,
  trustSpec,
} from '../../support/certmgr/test-node.ts'
import { freePort } from '../../support/free-port.ts'

/** The listener of a certmgr on a node, whose passes the test makes. */
const observed = async (node: TestNode) => {
  const { context, memory, pass } = await node.start()
  const port = await freePort()
  const { clock } = node.time
  const own = { pid: 1, startedAt: clock(), nextPassAt: clock() }
  const stop = await startMetrics({
    address: '127.0.0.1',
    port,
    look: () => ({
      report: reportOf(context, memory, own),
      tally: memory.tally,
      files: context.specs.files,
      bundles: memory.trust,
      now: clock(),
    }),
    passedAt: () => memory.tally.passedAt,
    clock,
    log: context.log,
  })
  onTestFinished(stop)
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal: AbortSignal.timeout(5000) })
  const text = async (): Promise<string> => (await ask('/metrics')).text()
  const valueOf = async (series: string): Promise<number> => {
    const line = (await text()).split('\n').find((each) => each.startsWith(`${series} `))
    return Number(line?.slice(series.length + 1) ?? 'NaN')
  }
  return { ask, text, valueOf, pass, memory, specs: context.config.specs }
}

describe('the metrics of certmgr', () => {
  it('tell the ends of certificates, under the new and the old names', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client'), trustSpec('client-ca')])
    const { valueOf, pass, specs } = await observed(node)
    await pass()
    const { notAfter } = node.certificate('/pki/kubelet-client.crt').validity
    const labels = '{name="kubelet-client",group="kubelet"}'
    const end = notAfter.getTime() / 1000
    expect(await valueOf(`easycerts_certmgr_certificate_not_after_seconds${labels}`)).toBe(end)
    const file = `${specs}/kubelet-client.yaml`
    expect(await valueOf(`certmgr_spec_expire_timestamp{name="${file}",type="cert"}`)).toBe(end)
    expect(await valueOf(`certmgr_spec_write_count{name="${file}"}`)).toBe(1)
    const bundle = `${specs}/trust-client-ca.yaml`
    const ofCa = await valueOf(`certmgr_spec_expire_timestamp{name="${bundle}",type="ca"}`)
    expect(ofCa).toBe(node.certificate('/pki/client-ca.crt').validity.notAfter.getTime() / 1000)
    const left = (notAfter.getTime() - node.time.now.getTime()) / days(1)
    expect(await valueOf('easycerts_certmgr_outage_days')).toBeCloseTo(left, 6)
    expect(await valueOf('easycerts_certmgr_well')).toBe(1)
    expect(await valueOf('easycerts_certmgr_ca{state="reachable"}')).toBe(1)
  })

  it('count failures by name and code, and are fresh after five seconds', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { valueOf, pass, specs } = await observed(node)
    node.ca.behaviour.refused.add('kubelet-client')
    await pass()
    const failed =
      'easycerts_certmgr_failures_total{name="kubelet-client",code="ERR_PROFILE_UNKNOWN"}'
    expect(await valueOf(failed)).toBe(1)
    node.time.advance(minutes(1))
    await pass()
    expect(await valueOf(failed)).toBe(2)
    expect(await valueOf('easycerts_certmgr_failures_in_a_row{name="kubelet-client"}')).toBe(2)
    const old = `{name="${specs}/kubelet-client.yaml"}`
    expect(await valueOf(`certmgr_spec_request_failure_count${old}`)).toBe(2)
    expect(await valueOf(`certmgr_spec_write_failure_count${old}`)).toBe(0)
    expect(await valueOf('easycerts_certmgr_well')).toBe(0)
  })

  it('count the days down while the CA is away', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { valueOf, pass } = await observed(node)
    await pass()
    node.ca.behaviour.isDown = true
    node.time.advance(hours(20))
    await pass()
    expect(await valueOf('easycerts_certmgr_ca{state="away"}')).toBe(1)
    expect(await valueOf('easycerts_certmgr_outage_days')).toBeLessThan(4 / 24)
    node.time.advance(hours(20))
    expect(await valueOf('easycerts_certmgr_outage_days')).toBe(0)
    expect(await valueOf('easycerts_certmgr_certificates{state="expired"}')).toBe(1)
  })

  it('are those of the table and of the documentation, and no other', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { text, pass } = await observed(node)
    await pass()
    const pattern = /^# TYPE ((?:easycerts_)?certmgr_\w+) /gm
    const inText = [...(await text()).matchAll(pattern)].map(([, name]) => name)
    expect(inText.toSorted()).toEqual(Object.keys(METRICS).toSorted())
    const url = new URL('../../../docs/certmgr-metrics.md', import.meta.url)
    const rows = readFileSync(url, 'utf8').matchAll(
      /^\| `(\w+)`\s+\| (\w+)\s+\| ([^|]*?)\s*\| ([^|]*?)\s*\|$/gm,
    )
    const documented = [...rows].map(([, name, kind, labels, help]) => [
      name,
      { kind, labels: labels?.match(/\w+/g) ?? [], help },
    ])
    expect(Object.fromEntries(documented)).toEqual(METRICS)
  })
})

describe('the listener of certmgr', () => {
  it('says that certmgr lives while passes end, and no longer', async () => {
    const node = await joinedNode([])
    const { ask, memory } = await observed(node)
    expect((await ask('/healthz')).status).toBe(200)
    node.time.advance(hours(1))
    expect((await ask('/healthz')).status).toBe(500)
    memory.tally.passedAt = node.time.now
    expect(await (await ask('/healthz')).text()).toBe('ok\n')
  })

  it('shows nothing else and changes nothing', async () => {
    const { ask } = await observed(await joinedNode([]))
    for (const path of ['/', '/metrics/', '/metrics?x=1', '/debug/pprof'])
      expect((await ask(path)).status).toBe(404)
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await ask('/metrics', { method, body: 'x'.repeat(1000) })).status).toBe(405)
    const head = await ask('/metrics', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('is no reason not to renew where its port is taken', async () => {
    const lines: string[] = []
    const blocker = createServer()
    const port = await freePort()
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => void blocker.close())
    const clock = (): Date => new Date()
    const stop = await startMetrics({
      address: '127.0.0.1',
      port,
      look: () => {
        throw new Error('nobody can ask')
      },
      passedAt: () => undefined,
      clock,
      log: createLog({
        sink: { write: (line) => lines.push(line) },
        format: 'text',
        level: 'info',
        clock,
      }),
    })
    expect(lines.join('')).toContain('no metrics')
    await stop()
  })
})
